import { Command, Option } from "commander";
import { type Selection, spanUntilNow } from "../export/span.ts";
import { type AlertCounts, alertStatistics, STATISTICS_BY, type StatisticsBy } from "../export/statistics.ts";
import { percent } from "../notify/format.ts";
import { duration } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { fitsCommand } from "./alerts-fits.ts";
import { durationOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { selectedIncidents, withSelection } from "./selection.ts";
import { refuseUnknown } from "./unknown-command.ts";

export function alertsCommand(): Command {
  const command = new Command("alerts")
    .addCommand(statsCommand(), { isDefault: true })
    .addCommand(fitsCommand())
    .addHelpText("after", "\nExample:\n  fleetwarden alerts stats --since 30d --by reason");
  return refuseUnknown(command);
}

interface Options extends Selection {
  readonly since: number;
  readonly by: StatisticsBy;
}

function statsCommand(): Command {
  return withSelection(targetCommand("stats"))
    .description("Count incidents by a property: how many there were, how long they lasted and how many were false.")
    .addOption(durationOption("--since <duration>", "only incidents that opened within this time", "30d"))
    .addOption(new Option("--by <what>", "one row for each").choices(STATISTICS_BY).default("reason"))
    .addHelpText("after", "\nExample:\n  fleetwarden alerts stats --by host --since 7d")
    .action(
      answer(async (stores, { since, by, ...selection }: Options) => {
        const incidents = selectedIncidents(stores, selection, spanUntilNow(since, Date.now()));
        const { total, rows } = await alertStatistics(incidents, by);
        return [{ by, total, rows }, rows.length === 0 ? "No incidents." : format(by, [...rows, total])];
      }),
    );
}

function format(by: StatisticsBy, rows: readonly AlertCounts[]): string {
  const head = [
    by,
    "incidents",
    "critical",
    "open",
    "absorbed",
    "quiet",
    "acknowledged",
    "reminded",
    "median",
    "false",
  ];
  const cells = rows.map(
    ({
      key,
      incidents,
      critical,
      open,
      absorbed,
      quiet,
      acknowledged,
      reminded,
      medianMs,
      faults,
      falseAlarms,
      falseShare,
    }) => [
      key,
      ...[incidents, critical, open, absorbed, quiet, acknowledged, reminded].map(String),
      medianMs === undefined ? "-" : duration(medianMs),
      falseShare === undefined ? "-" : `${falseAlarms} of ${faults + falseAlarms} (${percent(falseShare)})`,
    ],
  );
  return textTable(head, cells);
}
