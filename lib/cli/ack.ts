import { userInfo } from "node:os";
import { Command, Option } from "commander";
import { subjectOf } from "../incident/incident.ts";
import { moment } from "../notify/time.ts";
import { withStores } from "./connect.ts";
import { findIncident } from "./find-incident.ts";
import { print } from "./output.ts";
import { type TargetOptions, withTarget } from "./target.ts";

interface Options extends TargetOptions {
  readonly host?: string;
  readonly by: string;
  readonly json?: boolean;
}

export function ackCommand(): Command {
  return withTarget(new Command("ack"))
    .description(
      "Say that you take care of an incident, so that nobody is reminded of it. The first who says so stays.",
    )
    .argument("<incident>", "the id in the alert")
    .option("--host <name>", "where two incidents share an id")
    .addOption(new Option("--by <name>", "who says so").default(userInfo().username, "your user name"))
    .option("--json", "print JSON")
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
