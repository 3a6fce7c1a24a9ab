import type { Command } from "commander";
import type { Incident } from "../incident/incident.ts";
import { recordOf } from "../incident/record.ts";
import { causeInBrief, decimal } from "../notify/format.ts";
import { moment } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { countArgument, durationOption } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { print } from "./output.ts";
import { type AnswerOptions, targetCommand } from "./target.ts";

interface Options extends AnswerOptions {
  readonly host?: string;
  readonly since: number;
  readonly limit: number;
}

export function incidentsCommand(): Command {
  return targetCommand("incidents")
    .option("--host <name>", "only incidents of this host")
    .addOption(durationOption("--since <duration>", "only incidents that opened within this time", "7d"))
    .option("--limit <n>", "show at most this many", countArgument, 20)
    .addHelpText("after", "\nExample:\n  fleetwarden incidents --since 24h")
    .action(async (options: Options) => {
      await withStores(options, async ({ incidents }) => {
        const to = Date.now() + 1;
        const from = to - options.since;
        const found = options.host
          ? [...(await incidents.ofHost(options.host, from, to))].reverse().slice(0, options.limit)
          : await incidents.feed(from, to, options.limit);
        print(options.json, { incidents: found.map(recordOf) }, () =>
          found.length === 0 ? "No incidents." : formatIncidents(found),
        );
      });
    });
}

function formatIncidents(incidents: readonly Incident[]): string {
  const rows = incidents
    .map(recordOf)
    .map(({ kind, id, host, opened, resolved, peak, epsilon, causes: [first], label, acknowledged }) => [
      id,
      host,
      moment(opened),
      resolved === undefined ? "open" : moment(resolved),
      kind === "silent" ? "-" : `${decimal(peak.score)} / ${decimal(epsilon)}`,
      kind === "silent" ? `silent, last seen ${moment(peak.time)}` : first ? causeInBrief(first) : "",
      label?.verdict ?? "",
      acknowledged?.by ?? "",
    ]);
  return textTable(["id", "host", "opened", "resolved", "peak / epsilon", "first cause", "label", "on it"], rows);
}
