import type { Cause } from "../incident/cause.ts";
import type { Attribution } from "../model/attribution.ts";
import { usualAt } from "../model/features.ts";
import type { Baseline } from "./baseline.ts";

export const CAUSES_MAX = 3;

/** The band shown as normal reaches this many standard deviations either way: it holds about 95 % of a Gaussian. */
export const BAND_SD = 2;

/** Six digits of each number of a cause are kept, which also holds the state of a host small. */
const CAUSE_DIGITS = 6;

/** What a scored sample has to say for itself; made only when somebody asks. */
export interface Explanation {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The values of its metrics in the baseline's order. */
  readonly values: Float64Array;
  /** The metrics that contributed most, at most `CAUSES_MAX`, largest first. */
  readonly attributions: readonly Attribution[];
  /** The value of a metric, nearest to its own, at which the sample would have been normal. */
  normalAt(metric: number): number | undefined;
}

/**
 * The causes of an incident so far, joined by those of one more sample: of each metric the sample where it contributed most, of
 * all metrics the largest. No metric that belongs here in the end can have been dropped on the way: at its
 * largest at most two others were larger, and those have only grown since.
 */
export function joinCauses(causes: readonly Cause[], baseline: Baseline, explanation: Explanation): readonly Cause[] {
  let joined = causes;
  for (const attribution of explanation.attributions) {
    const metric = baseline.schema.names[attribution.metric] ?? "";
    const known = joined.find((cause) => cause.metric === metric);
    const smallest = joined.length < CAUSES_MAX ? 0 : (joined.at(-1)?.contribution ?? 0);
    if (attribution.contribution <= (known?.contribution ?? smallest)) continue;
    joined = largestCauses([...joined, causeOf(baseline, explanation, attribution, metric)]);
  }
  return joined;
}

/** Of each metric its largest, of all metrics the `CAUSES_MAX` largest, with shares that add up to no more than one. */
export function largestCauses(causes: readonly Cause[]): readonly Cause[] {
  const ranked = [...causes].sort((a, b) => b.contribution - a.contribution);
  const largest = ranked.filter(({ metric }, i) => ranked.findIndex((c) => c.metric === metric) === i);
  const kept = largest.slice(0, CAUSES_MAX);
  const together = kept.reduce((sum, { contribution }) => sum + contribution, 0);
  const whole = kept.reduce((most, { contribution, share }) => Math.max(most, contribution / share), together);
  return kept.map((cause) => ({ ...cause, share: rounded(cause.contribution / whole) }));
}

function causeOf(
  baseline: Baseline,
  { time, values, normalAt }: Explanation,
  { metric, contribution, share }: Attribution,
  name: string,
): Cause {
  const { expected, sd } = usualOf(baseline, metric, time);
  const { low, high } = bandOf(expected, sd);
  const normal = normalAt(metric);
  return {
    metric: name,
    now: rounded(values[metric] ?? Number.NaN),
    expected: rounded(expected),
    low: rounded(low),
    high: rounded(high),
    contribution: rounded(contribution),
    share: rounded(share),
    ...(normal === undefined ? {} : { normalAt: rounded(normal) }),
  };
}

/** Causes are for people. Rounded here and not only when stored, so that what is made of them does not hang on when they were. */
export function rounded(value: number): number {
  return Number(value.toPrecision(CAUSE_DIGITS));
}

/** What is usual for one metric of a baseline at a time (ms): at that hour, where the baseline knows the hours. */
export function usualOf(
  { model }: Pick<Baseline, "model">,
  metric: number,
  time: number,
): { expected: number; sd: number } {
  const known = (values: Float64Array, place: number) => values[place] ?? Number.NaN;
  if (model.detector !== "fused" || !model.profile) {
    return { expected: known(model.mean, metric), sd: known(model.sd, metric) };
  }
  const expected = usualAt(model.profile, model.metrics, metric, time);
  return { expected, sd: known(model.sd, 2 * model.metrics + metric) };
}

/** The values that are shown as normal. */
export function bandOf(expected: number, sd: number): { low: number; high: number } {
  return { low: expected - BAND_SD * sd, high: expected + BAND_SD * sd };
}

export type Direction = "high" | "low" | "in range";

/** Where the value lies against the metric's own band; `in range` when it is strange only together with others. */
export function direction({ now, low, high }: Pick<Cause, "now" | "low" | "high">): Direction {
  if (now > high) return "high";
  return now < low ? "low" : "in range";
}
