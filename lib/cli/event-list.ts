import type { Command } from "commander";
import { moment } from "../notify/time.ts";
import { textTable } from "../text-table.ts";
import { durationOption } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { matcherText } from "./silence-list.ts";

export function eventListCommand(): Command {
  return targetCommand("list")
    .description("List the events, newest first.")
    .addOption(durationOption("--since <duration>", "only events within this time; they are kept for 30 days", "7d"))
    .addHelpText("after", "\nExample:\n  fleetwarden event list --since 1d")
    .action(
      answer(async ({ alerting }, { since }: { since: number }) => {
        const now = Date.now();
        const events = (await alerting.events(now - since, now + 1)).toReversed();
        const rows = events.map(({ id, matcher, text, by, at }) => [id, moment(at), matcherText(matcher), text, by]);
        return [{ events }, rows.length === 0 ? "No events." : textTable(["id", "at", "of", "what", "by"], rows)];
      }),
    );
}
