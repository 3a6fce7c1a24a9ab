import { Argument, type Command } from "commander";
import { judgedHosts, standing } from "../learn/preview.ts";
import type { AlertBudget } from "../learn/report.ts";
import { decimal } from "../notify/format.ts";
import { UserError } from "../user-error.ts";
import { byOption, positiveOr } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { hostCount } from "./epsilon-words.ts";

/** This word removes a budget. */
const NONE = "none";

export function budgetCommand(): Command {
  return targetCommand("budget")
    .description(
      "Show or set how many alerts a week a group may raise. Refits raise its epsilon to stay within this budget.",
    )
    .argument("<group>", "the group's name")
    .addArgument(
      new Argument("[alerts]", "at most this many a week; none removes the limit").argParser(positiveOr(NONE)),
    )
    .addOption(byOption())
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon budget web 3")
    .action(
      answer(async (stores, group: string, alerts: number | typeof NONE | undefined, { by }: { by: string }) => {
        const { judged, learning } = await judgedHosts(stores, (state) => state.group === group);
        if (judged.length + learning === 0)
          throw new UserError(`no host is in group ${group}: \`fleetwarden status\` lists hosts with their groups`);
        const now = Date.now();
        if (alerts !== undefined) {
          const budget = alerts === NONE ? undefined : { alertsPerWeek: alerts, by, at: now };
          await stores.baselines.setBudget(group, budget);
        }
        const budget = await stores.baselines.budget(group);
        const found = standing(judged, budget?.alertsPerWeek, now);
        return [
          { group, budget: budget ?? null, learning, ...found, epsilonNeeded: found.epsilonNeeded ?? null },
          formatBudget(group, budget, learning, found),
        ];
      }),
    );
}

function formatBudget(
  group: string,
  budget: AlertBudget | undefined,
  learning: number,
  { hosts, expectedPerWeek, epsilonNeeded }: ReturnType<typeof standing>,
): string {
  const head = budget
    ? `${group}: at most ${decimal(budget.alertsPerWeek)} alerts a week, set by ${budget.by}`
    : `${group}: no alert budget`;
  const waiting = learning > 0 ? `, ${learning} more are learning` : "";
  const needed =
    epsilonNeeded === undefined
      ? "no counted epsilon is high enough to hold it"
      : `epsilon ${decimal(epsilonNeeded)} for all of them would hold it`;
  return [
    head,
    `expected now: ${decimal(expectedPerWeek)} a week from ${hostCount(hosts)}${waiting}`,
    ...(budget ? [`${needed}; the next refit applies the budget, \`fleetwarden refit\` runs one now`] : []),
  ].join("\n");
}
