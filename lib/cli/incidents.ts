import type { Command } from "commander";
import type { Incident } from "../incident/incident.ts";
import { recordOf } from "../incident/record.ts";
import { causeInBrief, decimal } from "../notify/format.ts";
import { moment } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { countArgument, durationOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";

export function incidentsCommand(): Command {
  return targetCommand("incidents")
    .option("--host <name>", "only incidents of this host")
    .addOption(durationOption("--since <duration>", "only incidents that opened within this time", "7d"))
    .option("--limit <n>", "show at most this many", countArgument, 20)
    .addHelpText("after", "\nExample:\n  fleetwarden incidents --since 24h")
    .action(
      answer(async ({ incidents }, { host, since, limit }: { host?: string; since: number; limit: number }) => {
        const to = Date.now() + 1;
        const from = to - since;
        const found = host
          ? [...(await incidents.ofHost(host, from, to))].reverse().slice(0, limit)
          : await incidents.feed(from, to, limit);
        const text = found.length === 0 ? "No incidents." : formatIncidents(found);
        return [{ incidents: found.map(recordOf) }, text];
      }),
    );
}

function formatIncidents(incidents: readonly Incident[]): string {
  const rows = incidents
    .map(recordOf)
    .map(({ kind, id, host, opened, resolved, peak, epsilon, causes: [first], label, quiet, acknowledged }) => [
      id,
      host,
      moment(opened),
      resolved === undefined ? "open" : moment(resolved),
      kind === "silent" ? "-" : `${decimal(peak.score)} / ${decimal(epsilon)}`,
      kind === "silent" ? `silent, last seen ${moment(peak.time)}` : first ? causeInBrief(first) : "",
      label?.verdict ?? (quiet === undefined ? "" : "quiet"),
      acknowledged?.by ?? "",
    ]);
  return textTable(["id", "host", "opened", "resolved", "peak / epsilon", "first cause", "label", "on it"], rows);
}
