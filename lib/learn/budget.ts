import type { Alerts } from "../model/crossings.ts";
import { epsilonFor, expectedAt, isWeekSeen } from "./alerts-seen.ts";
import { type Choice, qualityOf } from "./choice.ts";
import type { AlertBudget, FitReport } from "./report.ts";
import type { LabelledPeak } from "./training-fit.ts";

/** A budget leaves epsilon this factor below a labelled fault, so that the next similar one still alerts. */
const MARGIN_UNDER_FAULT = 1.1;

/** Labelled faults that a budget must not hide. */
export interface Faults {
  /** Peaks of this host; with calendar bands, whose scale is common, of all hosts of the group. */
  readonly peaks: readonly LabelledPeak[];
  /** The limit that an earlier part of the group found. */
  readonly ceiling?: number | undefined;
}

/**
 * Raises epsilon as far as the alert budget of the group demands. The alerts that its hosts would have raised in the
 * last two weeks decide. Never hides a labelled fault. Does nothing before a week was seen, nor if it would not help.
 */
export function withinBudget(
  choice: Choice,
  own: readonly LabelledPeak[],
  { alertsPerWeek: allowed }: AlertBudget,
  alerts: Alerts,
  faults: Faults,
): Choice & Pick<FitReport, "budget"> {
  if (!isWeekSeen(alerts)) return choice;
  const before = expectedAt(alerts, choice.epsilon);
  const needed = before > allowed ? Math.max(choice.epsilon, epsilonFor(alerts, allowed) ?? 0) : choice.epsilon;
  const ceiling = ceilingOf(choice.epsilon, faults);
  const epsilon = Math.min(needed, ceiling);
  const budget = { allowed, before, after: expectedAt(alerts, epsilon), ...(ceiling < needed ? { ceiling } : {}) };
  if (epsilon === choice.epsilon) return { ...choice, budget };
  // Below the least caught one, the same labelled rows are flagged.
  const quality = choice.rows ? choice.quality : qualityOf(epsilon, own);
  return { ...choice, epsilon, source: "budget", ...(quality ? { quality } : {}), budget };
}

/** The highest epsilon that hides no fault which this one catches. */
export function ceilingOf(epsilon: number, { peaks, ceiling = Number.POSITIVE_INFINITY }: Faults): number {
  const caught = peaks.filter(({ verdict, peak }) => verdict === "fault" && peak > epsilon);
  const least = caught.reduce((low, { peak }) => Math.min(low, peak), Number.POSITIVE_INFINITY);
  return Math.max(epsilon, Math.min(ceiling, least / MARGIN_UNDER_FAULT));
}
