import { type Command, InvalidArgumentError } from "commander";
import { declareEvent } from "../alert/declare.ts";
import { EVENT_TEXT_MAX } from "../alert/event.ts";
import { moment } from "../notify/time.ts";
import { oneLine } from "../plain-text.ts";
import { UserError } from "../user-error.ts";
import { byOption, type Moment, momentArgument, momentAt } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { proposalFor } from "./did-you-mean.ts";
import { eventListCommand } from "./event-list.ts";
import { eventRemoveCommand } from "./event-remove.ts";
import { matcherText } from "./silence-list.ts";

interface Options {
  readonly host?: string;
  readonly group?: string;
  readonly at?: Moment;
  readonly by: string;
}

export function eventCommand(): Command {
  return targetCommand("event")
    .argument("<text>", `what happens, in at most ${EVENT_TEXT_MAX} characters`, textArgument)
    .option("--host <pattern>", "hosts by name; * stands for any characters")
    .option("--group <pattern>", "groups by name, with * as well; with --host both must match (default: all hosts)")
    .option(
      "--at <time>",
      "when it happened, like 2026-12-01T02:00Z, or a duration ago, like 5m (default: now)",
      momentArgument,
    )
    .addOption(byOption())
    .addCommand(eventListCommand())
    .addCommand(eventRemoveCommand())
    .addHelpText("after", "\nExample:\n  fleetwarden event 'deploy 4.2' --group web")
    .action(
      answer(async ({ alerting }, text: string, { host, group, at, by }: Options) => {
        const now = Date.now();
        const matcher = { ...(host ? { host } : {}), ...(group ? { group } : host ? {} : { group: "*" }) };
        const about = { matcher, text, by, at: at ? momentAt(at, now) : now };
        const event = await declareEvent(alerting, about, now);
        return [
          { event },
          `${event.id}: messages about ${matcherText(matcher)} name it until an hour after ${moment(event.at)}. \`fleetwarden event remove ${event.id}\` takes it back.`,
        ];
      }),
    );
}

/** Names of the commands below this one, which a word may misspell. */
const COMMANDS = ["list", "remove"];

function textArgument(typed: string): string {
  const text = oneLine(typed);
  const proposal = /\s/.test(text) ? "" : proposalFor(text, COMMANDS);
  if (proposal !== "") throw new UserError(`no such command: event ${text}${proposal} Use more words for an event`);
  if (text === "" || text.length > EVENT_TEXT_MAX)
    throw new InvalidArgumentError(`Use a text of 1 to ${EVENT_TEXT_MAX} characters.`);
  return text;
}
