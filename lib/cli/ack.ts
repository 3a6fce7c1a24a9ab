import type { Command } from "commander";
import { subjectOf } from "../incident/incident.ts";
import { moment } from "../notify/time.ts";
import { byOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { findIncident } from "./find-incident.ts";

export function ackCommand(): Command {
  return targetCommand("ack")
    .argument("<incident>", "the id in the alert")
    .option("--host <name>", "needed only when two incidents share an id")
    .addOption(byOption())
    .addHelpText("after", "\nExample:\n  fleetwarden ack K7Q2RT")
    .action(
      answer(async (stores, id: string, options: { host?: string; by: string }) => {
        const found = await findIncident(stores, id, options.host);
        const { id: incident, opened } = found;
        const host = subjectOf(found);
        const acknowledged = await stores.incidents.acknowledge(host, opened, { at: Date.now(), by: options.by });
        const { by, at } = acknowledged;
        return [{ incident, host, acknowledged }, `${by} acknowledged ${incident} of ${host} on ${moment(at)}.`];
      }),
    );
}
