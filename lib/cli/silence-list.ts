import type { Command } from "commander";
import { describeRecurrence } from "../alert/recurrence-text.ts";
import type { Silence, SilenceMatcher } from "../alert/silence.ts";
import { isActive } from "../alert/silences.ts";
import type { Selection } from "../export/span.ts";
import { datedMoment } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { answer, targetCommand } from "./connect.ts";
import { explainNothing, meetsMatcher, withSelection } from "./selection.ts";

export function silenceListCommand(): Command {
  return withSelection(targetCommand("list"))
    .description("List the active and future silences by their end. `silence` alone does the same.")
    .option("--all", "include silences that ended in the last 30 days")
    .addHelpText("after", "\nExample:\n  fleetwarden silence list --all")
    .action(
      answer(async (stores, { all, ...selection }: Selection & { all?: boolean }) => {
        const meeting = (await stores.alerting.silences()).filter(({ matcher }) => meetsMatcher(selection, matcher));
        // A silence of a group may hold for any host, so a mistyped one would look silenced.
        if (!meeting.some(({ matcher }) => namesAll(matcher, selection))) await explainNothing(stores, selection);
        const now = Date.now();
        const silences = meeting.filter(({ until }) => all || until > now).sort((a, b) => a.until - b.until);
        return [{ silences }, silences.length === 0 ? "No silences." : formatSilences(silences, now)];
      }),
    );
}

/** Whether a silence names hosts, and groups, where the filter does: it may have been added before they sent. */
function namesAll(matcher: SilenceMatcher, { host, group }: Selection): boolean {
  return (host === undefined || matcher.host !== undefined) && (group === undefined || matcher.group !== undefined);
}

/** `hosts web-*`, `groups web` or both. */
export function matcherText({ host, group }: SilenceMatcher): string {
  return [host === undefined ? "" : `hosts ${host}`, group === undefined ? "" : `groups ${group}`]
    .filter((part) => part !== "")
    .join(" in ");
}

function formatSilences(silences: readonly Silence[], now: number): string {
  const rows = silences.map((silence) => {
    const { id, matcher, from, until, recurrence, matched, reason, by } = silence;
    return [
      id,
      stateOf(silence, now),
      matcherText(matcher),
      datedMoment(from, now),
      datedMoment(until, now),
      recurrence ? describeRecurrence(recurrence) : "",
      matched === undefined ? "nothing yet" : `until ${datedMoment(matched, now)}`,
      by,
      reason,
    ];
  });
  return textTable(["id", "now", "of", "from", "until", "windows", "held back", "by", "reason"], rows);
}

function stateOf(silence: Silence, now: number): string {
  if (silence.until <= now) return "over";
  return isActive(silence, now) ? "holds" : "to come";
}
