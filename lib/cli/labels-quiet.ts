import type { Command } from "commander";
import { isActiveQuiet, type QuietPattern } from "../alert/quiet.ts";
import { withdrawQuiet } from "../alert/withdraw.ts";
import type { Selection } from "../export/span.ts";
import { patternText } from "../notify/explanation.ts";
import { moment } from "../notify/time.ts";
import { oneLine } from "../plain-text.ts";
import { textTable } from "../text-table.ts";
import { answer, targetCommand } from "./connect.ts";
import { explainNothing, meetsMatcher, withSelection } from "./selection.ts";

interface Options extends Selection {
  readonly end?: string;
  readonly all?: boolean;
}

export function labelsQuietCommand(): Command {
  return withSelection(targetCommand("quiet"))
    .description("List the quiet patterns, who labelled each a false alarm, and how many incidents it held back.")
    .option("--end <id>", "end this one: incidents like it notify people again")
    .option("--all", "include those that ended in the last 30 days")
    .addHelpText("after", "\nExample:\n  fleetwarden labels quiet --end K7Q2RT")
    .action(
      answer(async (stores, { end, all, ...selection }: Options) => {
        const { alerting } = stores;
        const now = Date.now();
        if (end !== undefined) {
          const quiet = await withdrawQuiet(alerting, end.toUpperCase(), now);
          return [{ quiet }, `${quiet.id} is over: incidents like it notify people again.`];
        }
        const quiets = (await alerting.quiets())
          .filter((one) => (all || isActiveQuiet(one, now)) && meetsMatcher(selection, one))
          .sort((a, b) => a.since - b.since);
        if (quiets.length === 0) await explainNothing(stores, selection);
        return [{ quiets }, quiets.length === 0 ? "Nothing is quiet." : describe(quiets)];
      }),
    );
}

function describe(quiets: readonly QuietPattern[]): string {
  const rows = quiets.map(({ id, host, group, main, since, until, by, reason = "", incidents }) => [
    id,
    host ?? `group ${group}`,
    patternText(main.pattern, { redact: false, name: oneLine }),
    moment(since),
    moment(until),
    by,
    reason,
    `${incidents}`,
  ]);
  return textTable(["id", "host", "what", "quiet since", "until", "by", "reason", "incidents"], rows);
}
