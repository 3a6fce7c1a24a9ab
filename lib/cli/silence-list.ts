import type { Command } from "commander";
import { describeRecurrence } from "../alert/recurrence-text.ts";
import type { Silence, SilenceMatcher } from "../alert/silence.ts";
import { isActive } from "../alert/silences.ts";
import type { Selection } from "../export/span.ts";
import { moment } from "../notify/time.ts";
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
        // A silence of a group may hold for any host, so an unknown one would look silenced.
        await explainNothing(stores, selection);
        const now = Date.now();
        const silences = (await stores.alerting.silences())
          .filter(({ until, matcher }) => (all || until > now) && meetsMatcher(selection, matcher))
          .sort((a, b) => a.until - b.until);
        return [{ silences }, silences.length === 0 ? "No silences." : formatSilences(silences, now)];
      }),
    );
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
      moment(from),
      moment(until),
      recurrence ? describeRecurrence(recurrence) : "",
      matched === undefined ? "nothing yet" : `until ${moment(matched)}`,
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
