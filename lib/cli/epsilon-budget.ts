import { Argument, type Command } from "commander";
import type { Incident } from "../incident/incident.ts";
import { epsilonFor, expectedAt, isWeekSeen, peakOf } from "../learn/alerts-seen.ts";
import { ceilingOf } from "../learn/budget.ts";
import { type JudgedHost, judgedHosts, standing } from "../learn/preview.ts";
import type { AlertBudget } from "../learn/report.ts";
import type { Alerts } from "../model/crossings.ts";
import { alertsIn } from "../notify/epsilon-words.ts";
import { decimal } from "../notify/format.ts";
import { duration, moment } from "../notify/time.ts";
import { DAY_MS, WEEK_MS } from "../time.ts";
import { UserError } from "../user-error.ts";
import { byOption, positiveOr } from "./arguments.ts";
import { answer, targetCommand } from "./connect.ts";
import { hostCount, recentIncidents } from "./epsilon-words.ts";
import { knownGroup } from "./selection.ts";

/** This word removes a budget. */
const NONE = "none";

export function budgetCommand(): Command {
  return targetCommand("budget")
    .description(
      "Show or set how many alerts a week a group may raise. " +
        "Refits raise its epsilon to stay within this budget, but hide no labelled fault.",
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
        if (judged.length + learning === 0) await knownGroup(stores, group);
        const now = Date.now();
        const incidents = (await recentIncidents(stores, now)).filter((one) => one.group === group);
        const { seen, ...found } = standing(judged, incidents, now);
        if (typeof alerts === "number" && !isWeekSeen(seen)) throw tooEarly(group, seen, now);
        if (alerts !== undefined) {
          const budget = alerts === NONE ? undefined : { alertsPerWeek: alerts, by, at: now };
          await stores.baselines.setBudget(group, budget);
        }
        const budget = await stores.baselines.budget(group);
        const outlook = budget && isWeekSeen(seen) ? outlookOf(budget, seen, judged, incidents) : undefined;
        return [
          { group, budget: budget ?? null, learning, ...found, ...outlook },
          formatBudget(group, budget, outlook, { ...found, learning }),
        ];
      }),
    );
}

function tooEarly(group: string, { seen }: Alerts, now: number): UserError {
  const from = moment(now - seen + WEEK_MS);
  return new UserError(
    `group ${group} has been seen for ${duration(seen)}, and a budget needs a week of data: ` +
      `nothing was changed; set it after ${from}`,
  );
}

/**
 * The effect of a budget: the epsilon that holds it, and the one that the next refit can choose without hiding a fault.
 */
interface Outlook {
  /** Null where even the highest counted level has more alerts. */
  readonly epsilonNeeded: number | null;
  /** Present if labelled faults allow no higher one. */
  readonly epsilonAtMost?: number;
  /** Alerts a week then. */
  readonly expectedPerWeek: number;
}

function outlookOf(
  { alertsPerWeek: allowed }: AlertBudget,
  seen: Alerts,
  judged: readonly JudgedHost[],
  incidents: readonly Incident[],
): Outlook {
  const inForce = judged.reduce((low, { epsilon }) => Math.min(low, epsilon), Number.POSITIVE_INFINITY);
  const needed = epsilonFor(seen, allowed);
  if (needed === undefined) return { epsilonNeeded: null, expectedPerWeek: expectedAt(seen, inForce) };
  const faults = incidents.filter(({ label }) => label?.verdict === "fault");
  const peaks = faults.map((one) => ({ id: one.id, verdict: "fault" as const, peak: peakOf(one) }));
  const ceiling = ceilingOf(inForce, { peaks });
  if (ceiling >= needed) return { epsilonNeeded: needed, expectedPerWeek: expectedAt(seen, needed) };
  return { epsilonNeeded: needed, epsilonAtMost: ceiling, expectedPerWeek: expectedAt(seen, ceiling) };
}

function formatBudget(
  group: string,
  budget: AlertBudget | undefined,
  outlook: Outlook | undefined,
  { hosts, learning, alerts }: { hosts: number; learning: number; alerts: { days: number; now: number } },
): string {
  const head = budget
    ? `${group}: at most ${decimal(budget.alertsPerWeek)} alerts a week, set by ${budget.by}`
    : `${group}: no alert budget`;
  const waiting = learning > 0 ? `, ${learning} more are learning` : "";
  const early = alerts.days * DAY_MS < WEEK_MS ? ["a budget needs a week of data; until then it changes nothing"] : [];
  return [
    head,
    `now: ${decimal(alerts.now)} ${alertsIn(alerts.days)} from ${hostCount(hosts)}${waiting}`,
    ...(outlook ? [describeOutlook(outlook)] : early),
  ].join("\n");
}

function describeOutlook({ epsilonNeeded, epsilonAtMost, expectedPerWeek }: Outlook): string {
  const expected = `${decimal(expectedPerWeek)} alerts a week`;
  if (epsilonNeeded === null) return `no epsilon holds it, so it changes nothing: about ${expected} stay`;
  const refit = "the next refit applies the budget, `fleetwarden refit` runs one now";
  if (epsilonAtMost === undefined) return `epsilon ${decimal(epsilonNeeded)} for all of them would hold it; ${refit}`;
  const why =
    `epsilon ${decimal(epsilonNeeded)} would hide a labelled fault, ` +
    `and ${decimal(epsilonAtMost)} at most leaves ${expected}`;
  return `it cannot be held: ${why}; ${refit}`;
}
