import type { Command } from "commander";
import { describeRecurrence } from "../alert/recurrence-text.ts";
import type { Recurrence, Silence, SilenceMatcher } from "../alert/silence.ts";
import { matches, periodsOf } from "../alert/silences.ts";
import { incidentId } from "../incident/id.ts";
import { datedMoment } from "../notify/time.ts";
import type { Stores } from "../store/stores.ts";
import { DAY_MS } from "../time.ts";
import { UserError } from "../user-error.ts";
import { byOption, durationArgument, lineArgument, recurrenceArgument, timeArgument } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { matcherText } from "./silence-list.ts";

interface Wish {
  readonly host?: string;
  readonly group?: string;
  readonly for?: number;
  readonly from?: number;
  readonly until?: number;
  readonly recur?: Recurrence;
  readonly reason: string;
  readonly by: string;
}

/** A silence that lasts longer than a year is forgotten. */
const LENGTH_MAX_MS = 366 * DAY_MS;

export function silenceAddCommand(): Command {
  return targetCommand("add")
    .description(
      "Send no notifications about these hosts until the silence ends. Trouble that lasts longer sends its alert then. Refits learn nothing from that time.",
    )
    .option("--host <pattern>", "hosts by name; * stands for any characters (required, or --group)")
    .option("--group <pattern>", "groups by name, with * as well; with --host both must match")
    .option("--for <duration>", "how long the silence lasts (required, or --until)", durationArgument)
    .option("--from <time>", "when it begins, like 2026-12-01T02:00Z (default: now)", timeArgument)
    .option("--until <time>", "when it ends, instead of --for", timeArgument)
    .option(
      "--recur <windows>",
      "only in these windows, like 'Tue,Thu 02:00 2h Europe/Paris'; every day if no days are given",
      recurrenceArgument,
    )
    .requiredOption("--reason <text>", "why", lineArgument)
    .addOption(byOption())
    .addHelpText(
      "after",
      "\nExample:\n  fleetwarden silence add --host 'db-*' --until 2027-01-01T00:00Z --recur 'Sun 03:00 90m Europe/Paris' --reason backup",
    )
    .action(
      answer(async ({ alerting, hosts }, wish: Wish) => {
        const now = Date.now();
        const silence = silenceOf(wish, now);
        const fits = await fitsAnyHost(silence, hosts);
        const saved = await alerting.saveSilence(silence);
        if (!saved) throw new UserError(`another silence has the id ${silence.id}: try again`);
        return [{ silence: saved }, fits ? describe(saved, now) : `${describe(saved, now)}\n${NOBODY}`];
      }),
    );
}

/** Throws a UserError when the wish is incomplete or lasts too long. */
function silenceOf(wish: Wish, now: number): Silence {
  const { from = now, recur: recurrence, reason, by } = wish;
  const matcher = matcherOf(wish);
  if ((wish.for === undefined) === (wish.until === undefined)) {
    throw new UserError("a silence needs an end: give either --for, like 2h, or --until, like 2026-12-01T04:00Z");
  }
  const until = wish.until ?? from + (wish.for ?? 0);
  if (until <= Math.max(from, now)) throw new UserError("the silence would end before it begins: give a later --until");
  if (until - from > LENGTH_MAX_MS)
    throw new UserError("the silence would last for more than a year: give an earlier end");
  const about = { matcher, reason, by, from, until, ...(recurrence ? { recurrence } : {}) };
  const silence = { id: incidentId(`silence ${JSON.stringify(about)}`, now), ...about, revision: 0 };
  if (periodsOf(silence, now, until).length === 0) {
    throw new UserError("no window of --recur lies before the end of the silence: give a later --until");
  }
  return silence;
}

function matcherOf({ host, group }: Wish): SilenceMatcher {
  if (!host && !group) throw new UserError("a silence needs hosts: name them by --host, --group or both");
  return { ...(host ? { host } : {}), ...(group ? { group } : {}) };
}

/** A silence may be for hosts that come later, so it is kept. */
const NOBODY = "No known host fits this silence: compare its pattern with the names that `fleetwarden hosts` lists.";

async function fitsAnyHost(silence: Silence, hosts: Stores["hosts"]): Promise<boolean> {
  for await (const state of hosts.all()) if (matches(silence, state)) return true;
  return false;
}

function describe({ id, matcher, from, until, recurrence }: Silence, now: number): string {
  const windows = recurrence ? `, ${describeRecurrence(recurrence)}` : "";
  return `${id}: no notifications about ${matcherText(matcher)} from ${datedMoment(from, now)} until ${datedMoment(until, now)}${windows}. \`fleetwarden silence end ${id}\` ends it earlier.`;
}
