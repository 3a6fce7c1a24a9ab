import type { Command } from "commander";
import type { Selection } from "../export/span.ts";
import { moment } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { durationOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { explainNothing, meetsMatcher, withSelection } from "./selection.ts";
import { matcherText } from "./silence-list.ts";

export function eventListCommand(): Command {
  return withSelection(targetCommand("list"))
    .description("List the events, newest first.")
    .addOption(durationOption("--since <duration>", "only events within this time; they are kept for 30 days", "7d"))
    .addHelpText("after", "\nExample:\n  fleetwarden event list --since 1d")
    .action(
      answer(async (stores, { since, ...selection }: Selection & { since: number }) => {
        const now = Date.now();
        const stored = await stores.alerting.events(now - since, now + 1);
        const events = stored.filter(({ matcher }) => meetsMatcher(selection, matcher)).toReversed();
        if (events.length === 0) await explainNothing(stores, selection);
        const rows = events.map(({ id, matcher, text, by, at }) => [id, moment(at), matcherText(matcher), text, by]);
        return [{ events }, rows.length === 0 ? "No events." : textTable(["id", "at", "of", "what", "by"], rows)];
      }),
    );
}
