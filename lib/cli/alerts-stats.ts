import { type Command, Option } from "commander";
import { incidentsIn } from "../export/incident-rows.ts";
import { type AlertCounts, alertStatistics, STATISTICS_BY, type StatisticsBy } from "../export/statistics.ts";
import { percent } from "../notify/format.ts";
import { duration } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { durationOption } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { print } from "./output.ts";
import { type AnswerOptions, targetCommand } from "./target.ts";

interface Options extends AnswerOptions {
  readonly since: number;
  readonly by: StatisticsBy;
}

export function alertsStatsCommand(): Command {
  return targetCommand("stats")
    .description("Count incidents by a property: how many there were, how long they lasted and how many were false.")
    .addOption(durationOption("--since <duration>", "only incidents that opened within this time", "30d"))
    .addOption(new Option("--by <what>", "one row for each").choices(STATISTICS_BY).default("reason"))
    .addHelpText("after", "\nExample:\n  fleetwarden alerts stats --by host --since 7d")
    .action(async ({ since, by, json, ...target }: Options) => {
      await withStores(target, async ({ incidents }) => {
        const now = Date.now();
        const found = incidentsIn(incidents, {}, { from: now - since, to: now + 1 });
        const { total, rows } = await alertStatistics(found, by);
        print(json, { by, total, rows }, () => (rows.length === 0 ? "No incidents." : format(by, [...rows, total])));
      });
    });
}

function format(by: StatisticsBy, rows: readonly AlertCounts[]): string {
  const head = [by, "incidents", "critical", "open", "absorbed", "acknowledged", "reminded", "median", "false"];
  const cells = rows.map(
    ({ key, incidents, critical, open, absorbed, acknowledged, reminded, medianMs, ...labels }) => [
      key,
      ...[incidents, critical, open, absorbed, acknowledged, reminded].map(String),
      medianMs === undefined ? "-" : duration(medianMs),
      falseOf(labels),
    ],
  );
  return textTable(head, cells);
}

function falseOf({
  faults,
  falseAlarms,
  falseShare,
}: Pick<AlertCounts, "faults" | "falseAlarms" | "falseShare">): string {
  return falseShare === undefined ? "-" : `${falseAlarms} of ${faults + falseAlarms} (${percent(falseShare)})`;
}
