import { Argument, type Command } from "commander";
import { labelTime } from "../alert/label.ts";
import { type Category, labelInBrief } from "../incident/label.ts";
import { TIME_VERDICTS, timeLabelId } from "../incident/time-label.ts";
import type { Stores } from "../store/stores.ts";
import { UserError } from "../user-error.ts";
import { byOption, lineArgument, type Moment, momentArgument, momentAt } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { categoryOption, saidOf } from "./label-options.ts";
import { knownGroup, knownHost } from "./selection.ts";

interface Options {
  readonly host?: string;
  readonly group?: string;
  readonly from: Moment;
  readonly to: Moment;
  readonly category?: Category;
  readonly note?: string;
  readonly by: string;
}

export function labelsAddCommand(): Command {
  return targetCommand("add")
    .description("Label a time in which no incident opened, such as a missed fault.")
    .addArgument(new Argument("<verdict>", "what happened then").choices(TIME_VERDICTS))
    .option("--host <name>", "the host that it happened to (required, or --group)")
    .option("--group <name>", "the group whose hosts all had it, in place of --host")
    .requiredOption(
      "--from <time>",
      "when it began, like 2026-12-01T02:00Z, or a duration ago, like 2h",
      momentArgument,
    )
    .requiredOption("--to <time>", "when it was over", momentArgument)
    .addOption(categoryOption())
    .option("--note <text>", "stored with the label", lineArgument)
    .addOption(byOption())
    .addHelpText(
      "after",
      "\nExample:\n  fleetwarden labels add fault --host web-07 --from 3h --to 2h --note 'disk full'",
    )
    .action(
      answer(async (stores, verdict: (typeof TIME_VERDICTS)[number], options: Options) => {
        const now = Date.now();
        const [from, to] = [momentAt(options.from, now), momentAt(options.to, now)];
        const about = await hostsOf(stores, options);
        const label = { ...saidOf(verdict, options), at: now };
        const opened = await labelTime(stores, { about, from, to, label });
        const refit = "The next refit counts it; `fleetwarden refit` runs one now.";
        if (opened.length > 0) {
          const ids = opened.map(({ id }) => id);
          return [
            { incidents: ids, label },
            `An incident had opened then: ${ids.join(", ")} is labelled ${labelInBrief(label)}. ${refit}`,
          ];
        }
        const id = timeLabelId(about, from);
        return [
          { id, about, from, to, label },
          `${id}: this time is labelled ${labelInBrief(label)}. ${refit} ` +
            `\`fleetwarden labels remove ${id}\` takes it back.`,
        ];
      }),
    );
}

async function hostsOf(stores: Stores, { host, group }: Pick<Options, "host" | "group">) {
  if ((host === undefined) === (group === undefined))
    throw new UserError("say whose time it is: give either --host or --group");
  if (group !== undefined) {
    await knownGroup(stores, group);
    return { group };
  }
  const name = host ?? "";
  await knownHost(stores, name);
  return { host: name };
}
