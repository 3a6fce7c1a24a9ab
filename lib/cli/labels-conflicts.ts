import type { Command } from "commander";
import { type Selection, spanUntilNow } from "../export/span.ts";
import { gather } from "../gather-all.ts";
import { type Conflicts, conflictsOf, isLabelled } from "../learn/conflicts.ts";
import { textTable } from "../text-table.ts";
import { durationOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { selectedIncidents, withSelection } from "./selection.ts";

export function labelsConflictsCommand(): Command {
  return withSelection(targetCommand("conflicts"))
    .description("List incidents that people labelled differently, and similar incidents with opposite labels.")
    .addOption(durationOption("--since <duration>", "only incidents that opened within this time", "30d"))
    .addHelpText("after", "\nExample:\n  fleetwarden labels conflicts --since 90d")
    .action(
      answer(async (stores, { since, ...selection }: Selection & { since: number }) => {
        const incidents = await gather(selectedIncidents(stores, selection, spanUntilNow(since, Date.now())));
        const found = conflictsOf(incidents.filter(isLabelled));
        return [found, describe(found)];
      }),
    );
}

function describe({ people, alike }: Conflicts): string {
  if (people.length + alike.length === 0) return "No conflicts.";
  const disputes = people.map(({ id, host, labels }) => [
    id,
    host,
    labels.map(({ verdict, by }) => `${verdict} (${by})`).join(", "),
  ]);
  const pairs = alike.map(({ host, metric, direction, fault, normal }) => [
    host,
    `${metric} ${direction}`,
    someOf(fault),
    someOf(normal),
  ]);
  return [
    ...(disputes.length > 0 ? [textTable(["id", "host", "what people say"], disputes)] : []),
    ...(pairs.length > 0 ? [textTable(["host", "first cause", "a fault", "normal"], pairs)] : []),
  ].join("\n\n");
}

/** JSON has all of them. */
const IDS_SHOWN_MAX = 5;

function someOf(ids: readonly string[]): string {
  const more = ids.length - IDS_SHOWN_MAX;
  return `${ids.slice(0, IDS_SHOWN_MAX).join(" ")}${more > 0 ? ` and ${more} more` : ""}`;
}
