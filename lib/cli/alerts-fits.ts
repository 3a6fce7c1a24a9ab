import type { Command } from "commander";
import { type FitCounts, fitsIn } from "../export/fits.ts";
import { type Selection, spanUntilNow } from "../export/span.ts";
import { isProvisional } from "../incident/judgement.ts";
import { decimal } from "../notify/format.ts";
import { duration, moment } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { durationOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { explainNothing, withSelection } from "./selection.ts";

export function fitsCommand(): Command {
  return withSelection(targetCommand("fits"))
    .description(
      "Count false alarms and missed faults by baseline version: what each fit got wrong, on which host and metric.",
    )
    .addOption(durationOption("--since <duration>", "only incidents and missed faults within this time", "30d"))
    .addHelpText("after", "\nExample:\n  fleetwarden alerts fits --host web-07 --since 90d")
    .action(
      answer(async (stores, { since, ...selection }: Selection & { since: number }) => {
        const now = Date.now();
        const { fits, left } = await fitsIn(stores, selection, spanUntilNow(since, now));
        if (fits.length === 0) await explainNothing(stores, selection);
        return [{ fits, left }, fits.length === 0 ? "No incidents and no missed faults." : describe(fits, left, now)];
      }),
    );
}

const HEAD = [
  "baseline",
  "version",
  "in force",
  "from",
  "epsilon",
  "incidents",
  "fault",
  "false",
  "expected",
  "unlabelled",
  "missed",
  "false by",
];

function describe(fits: readonly FitCounts[], left: number, now: number): string {
  const rows = fits.map((fit) => {
    const { owner, version, from, to, epsilon, incidents, faults, falseAlarms, expected, unlabelled, missed } = fit;
    return [
      owner,
      version === 0 ? "none yet" : `v${version}${from !== undefined && to === undefined ? "*" : ""}`,
      from === undefined ? "-" : duration((to ?? now) - from),
      from === undefined ? "-" : moment(from),
      epsilon === undefined ? "-" : decimal(epsilon),
      ...[incidents, faults, falseAlarms, expected, unlabelled, missed.length].map(String),
      falseBy(fit),
    ];
  });
  const more = left > 0 ? [`${left} more baselines had fewer: choose some by --host or --group.`] : [];
  return [textTable(HEAD, rows), ...more].join("\n");
}

/** JSON has all of them. */
const CAUSES_SHOWN_MAX = 3;

/** `3 cpu high, 1 load low`; for a group's baseline with the host. */
function falseBy({ owner, falseBy }: FitCounts): string {
  const named = falseBy
    .slice(0, CAUSES_SHOWN_MAX)
    .map(({ host, cause, incidents }) => `${incidents} ${isProvisional({ owner }) ? `${host} ` : ""}${cause}`);
  const more = falseBy.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more causes`] : [])].join(", ");
}
