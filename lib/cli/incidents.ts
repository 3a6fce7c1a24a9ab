import { type Command, Option } from "commander";
import { type Selection, spanUntilNow } from "../export/span.ts";
import { gather } from "../gather-all.ts";
import { type Incident, severityOf } from "../incident/incident.ts";
import { CATEGORIES, type Category, labelInBrief } from "../incident/label.ts";
import { recordOf } from "../incident/record.ts";
import { byUrgency, withoutParts } from "../incident/urgency.ts";
import { decimal } from "../notify/format.ts";
import { whoInBrief, whyInBrief } from "../notify/incident-brief.ts";
import { moment } from "../notify/time.ts";
import type { Stores } from "../store/stores.ts";
import { textTable } from "../text-table.ts";
import { countArgument, durationOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { selectedIncidents, withSelection } from "./selection.ts";

interface Options extends Selection {
  readonly parts?: boolean;
  readonly since: number;
  readonly limit: number;
  readonly category?: Category;
}

export function incidentsCommand(): Command {
  return withSelection(targetCommand("incidents"))
    .option("--parts", "also list each host's incident that is part of its group's, as with --host")
    .addOption(new Option("--category <kind>", "only faults that people called this").choices(CATEGORIES))
    .addOption(durationOption("--since <duration>", "only incidents that opened within this time", "7d"))
    .option("--limit <n>", "show at most this many", countArgument, 20)
    .addHelpText("after", "\nExample:\n  fleetwarden incidents --since 24h")
    .action(
      answer(async (stores, options: Options) => {
        const all = await wanted(stores, options);
        const shown = all.slice(0, options.limit);
        const more = all.length - shown.length;
        const document = { incidents: shown.map(recordOf), ...(more > 0 ? { more } : {}) };
        return [document, format(shown, more)];
      }),
    );
}

async function wanted(stores: Stores, { parts, since, category, ...selection }: Options): Promise<readonly Incident[]> {
  const found = await gather(selectedIncidents(stores, selection, spanUntilNow(since, Date.now())));
  if (category) return found.filter(({ label }) => label?.category === category).sort(byUrgency);
  // A group's incident is no host's: whoever asks for hosts gets their parts of it.
  const isWhole = parts || selection.host !== undefined;
  return (isWhole ? found : [...withoutParts(found)]).sort(byUrgency);
}

function format(shown: readonly Incident[], more: number): string {
  if (shown.length === 0) return "No incidents.";
  const columns = ["id", "who", "severity", "opened", "resolved", "peak / epsilon", "why", "label", "on it"];
  const text = textTable(columns, shown.map(rowOf));
  return more > 0 ? `${text}\nand ${more} more: --limit ${shown.length + more} shows them` : text;
}

function rowOf(incident: Incident): string[] {
  const { kind, id, opened, resolved, peak, epsilon, label, quiet, acknowledged } = recordOf(incident);
  return [
    id,
    whoInBrief(incident),
    severityOf(incident),
    moment(opened),
    resolved === undefined ? "open" : moment(resolved),
    epsilon > 0 && kind !== "silent" ? `${decimal(peak.score)} / ${decimal(epsilon)}` : "-",
    whyInBrief(incident),
    label ? labelInBrief(label) : quiet === undefined ? "" : "quiet",
    acknowledged?.by ?? "",
  ];
}
