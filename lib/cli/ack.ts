import type { Command } from "commander";
import { subjectOf } from "../incident/incident.ts";
import { moment } from "../notify/time.ts";
import { byOption } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { findIncident } from "./find-incident.ts";
import { print } from "./output.ts";
import { type AnswerOptions, targetCommand } from "./target.ts";

interface Options extends AnswerOptions {
  readonly host?: string;
  readonly by: string;
}

export function ackCommand(): Command {
  return targetCommand("ack")
    .argument("<incident>", "the id in the alert")
    .option("--host <name>", "needed only when two incidents share an id")
    .addOption(byOption())
    .addHelpText("after", "\nExample:\n  fleetwarden ack K7Q2RT")
    .action(async (id: string, options: Options) => {
      await withStores(options, async (stores) => {
        const incident = await findIncident(stores, id, options.host);
        const { id: known, opened } = incident;
        const host = subjectOf(incident);
        const acknowledged = await stores.incidents.acknowledge(host, opened, { at: Date.now(), by: options.by });
        print(
          options.json,
          { incident: known, host, acknowledged },
          () => `${known} of ${host} is taken care of by ${acknowledged.by}, since ${moment(acknowledged.at)}.`,
        );
      });
    });
}
