import type { Command } from "commander";
import { type Selection, spanUntilNow } from "../export/span.ts";
import { gather } from "../gather-all.ts";
import { ratioOf } from "../incident/judgement.ts";
import { recordOf } from "../incident/record.ts";
import { labelQueue, type Question } from "../learn/label-queue.ts";
import { causeInBrief, decimal } from "../notify/format.ts";
import { whoInBrief } from "../notify/incident-brief.ts";
import { moment } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { countArgument, durationOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { selectedIncidents, withSelection } from "./selection.ts";

export function labelsQueueCommand(): Command {
  return withSelection(targetCommand("queue"))
    .description("List the few unlabelled incidents whose labels would teach most.")
    .addOption(durationOption("--since <duration>", "only incidents that opened within this time", "30d"))
    .option("--limit <n>", "show at most this many", countArgument, 10)
    .addHelpText("after", "\nExample:\n  fleetwarden labels queue")
    .action(
      answer(async (stores, { since, limit, ...selection }: Selection & { since: number; limit: number }) => {
        const found = await gather(selectedIncidents(stores, selection, spanUntilNow(since, Date.now())));
        const queue = labelQueue(found).slice(0, limit);
        return [{ queue: queue.map(({ incident, alike }) => ({ ...recordOf(incident), alike })) }, describe(queue)];
      }),
    );
}

function describe(queue: readonly Question[]): string {
  const [first] = queue;
  if (!first) return "Nothing waits for a label.";
  const rows = queue.map(({ incident, alike }) => [
    incident.id,
    whoInBrief(incident),
    moment(incident.opened),
    `${decimal(ratioOf(incident.peak))} × epsilon`,
    incident.causes[0] ? causeInBrief(incident.causes[0]) : "",
    incident.kind !== "fleet" && alike > 1 ? `${alike - 1} more` : "",
  ]);
  return [
    textTable(["id", "host", "opened", "peak", "first cause", "alike"], rows),
    "",
    `Was it right? \`fleetwarden label ${first.incident.id} fault\` or \`fleetwarden label ${first.incident.id} false\``,
  ].join("\n");
}
