import type { Command } from "commander";
import { EVENT_DAYS } from "../alert/event.ts";
import { DAY_MS } from "../time.ts";
import { UserError } from "../user-error.ts";
import { answer, targetCommand } from "./connect.ts";

export function eventRemoveCommand(): Command {
  return targetCommand("remove")
    .description("Remove an event: no message names it any more.")
    .argument("<id>", "its id, like E-K7Q2RT, as `event list` shows it")
    .addHelpText("after", "\nExample:\n  fleetwarden event remove E-K7Q2RT")
    .action(
      answer(async ({ alerting }, id: string) => {
        const now = Date.now();
        const events = await alerting.events(now - EVENT_DAYS * DAY_MS, now + 1);
        const event = events.find((one) => one.id === id.toUpperCase());
        if (!event) throw new UserError(`no event ${id}: \`fleetwarden event list --since ${EVENT_DAYS}d\` lists them`);
        await alerting.removeEvent(event);
        return [{ removed: event }, `${event.id} is removed.`];
      }),
    );
}
