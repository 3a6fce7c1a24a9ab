import type { Cause, Sign } from "../incident/cause.ts";
import type { Reading } from "../incident/latest.ts";
import type { Attribution } from "../model/attribution.ts";
import { type Bands, bandRowAt } from "../model/bands.ts";
import { bandsOf, type Model, type Single } from "../model/detector.ts";
import { FLOOR_OF_ZERO } from "../model/gaussian.ts";
import { type Units, unitOf } from "../wire/unit-text.ts";
import type { Baseline } from "./baseline.ts";

export const CAUSES_MAX = 3;

/** A host with more metrics out by themselves is wholly out of order, whichever they are. */
export const ALONE_MAX = 16;

/** Standard deviations either way of the band shown as normal: about 95 % of a Gaussian. */
export const BAND_SD = 2;

/** Significant digits of the numbers of a cause; few keep the state of a host small. */
const CAUSE_DIGITS = 6;

/** Why a sample has its score; made only on demand. */
export interface Explanation {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The values of its metrics in the baseline's order. */
  readonly values: Float64Array;
  /** The metrics that contributed most, at most `CAUSES_MAX`, largest first. */
  readonly attributions: readonly Attribution[];
  /** The metrics that would alert by themselves, with their part on the scale of the score; at most `ALONE_MAX`. */
  readonly alone: readonly Attribution[];
  /** Declared units of the metrics, by name. */
  readonly units?: Units;
  /** The day is no weekend, and the metrics that are out are as at one. */
  readonly isDayOff?: true;
  /** A metric's usual value beside the others' values; absent if it is the baseline's. */
  readonly usualAt?: (metric: number) => Usual;
  /** `usualAt` predicts from the other metrics and the samples before. */
  readonly isPredicted?: true;
  /** The value of a metric, nearest to its own, at which the sample would have been normal. */
  normalAt(metric: number): number | undefined;
  /** The reason why a metric is trouble, if it is not the value's distance. */
  signOf?(metric: number): Sign | undefined;
}

/** Those that are above epsilon by themselves. */
export function beyond(attributions: readonly Attribution[], epsilon: number): readonly Attribution[] {
  return attributions.filter(({ contribution }) => contribution > epsilon);
}

/**
 * Joins the causes of one more sample to the causes of an incident: each metric's largest contribution, and the largest
 * metrics. This drops no metric on the way that belongs here in the end. When that metric was largest, at most two
 * others were larger, and those only grow.
 */
export function joinCauses(causes: readonly Cause[], baseline: Baseline, explanation: Explanation): readonly Cause[] {
  let joined = causes;
  for (const attribution of explanation.attributions) {
    const metric = baseline.schema.names[attribution.metric] ?? "";
    const known = joined.find((cause) => cause.metric === metric);
    const smallest = joined.length < CAUSES_MAX ? 0 : (joined.at(-1)?.contribution ?? 0);
    if (attribution.contribution <= (known?.contribution ?? smallest)) continue;
    joined = largestCauses([...joined, causeOf(baseline, explanation, attribution)]);
  }
  return joined;
}

/** Each metric's largest cause, the `CAUSES_MAX` largest of those, with shares that add up to at most one. */
function largestCauses(causes: readonly Cause[]): readonly Cause[] {
  const ranked = [...causes].sort((a, b) => b.contribution - a.contribution);
  const largest = ranked.filter(({ metric }, i) => ranked.findIndex((c) => c.metric === metric) === i);
  const kept = largest.slice(0, CAUSES_MAX);
  const together = kept.reduce((sum, { contribution }) => sum + contribution, 0);
  const whole = kept.reduce((most, { contribution, share }) => Math.max(most, contribution / share), together);
  return kept.map((cause) => ({ ...cause, share: rounded(cause.contribution / whole) }));
}

/** A metric's part in one sample, in its own unit. */
export function causeOf(
  baseline: Baseline,
  explanation: Explanation,
  { metric, contribution, share }: Attribution,
): Cause {
  const normal = explanation.normalAt(metric);
  const sign = explanation.signOf?.(metric);
  const place = placeOf(baseline, explanation, metric);
  // A value that is missing or has a sign is no trouble by its distance from a prediction.
  const isPredicted = explanation.isPredicted && sign === undefined && !Number.isNaN(place.now);
  return {
    ...place,
    ...(isPredicted ? { predicted: true } : {}),
    contribution: rounded(contribution),
    share: rounded(share),
    ...(normal === undefined ? {} : { normalAt: rounded(normal) }),
    ...(sign === undefined ? {} : { sign }),
  };
}

/** A metric's value in a sample, and the values that are shown as normal at that time. */
export function placeOf(baseline: Baseline, { time, values, units, usualAt }: Explanation, metric: number): Reading {
  const { expected, low, high } = usualAt?.(metric) ?? usualOf(baseline, metric, time);
  const name = baseline.schema.names[metric] ?? "";
  const unit = unitOf(units, name);
  return {
    metric: name,
    ...(unit === undefined ? {} : { unit }),
    now: rounded(values[metric] ?? Number.NaN),
    expected: rounded(expected),
    low: rounded(low),
    high: rounded(high),
  };
}

/** Rounded here and not only when stored, so that storing does not change values derived from them. */
export function rounded(value: number): number {
  return Number(value.toPrecision(CAUSE_DIGITS));
}

/** The usual value of a metric, and the values that are shown as normal. */
export interface Usual {
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A metric's usual values at a time (ms): in that quarter of an hour, if the baseline knows it. The range of a metric
 * that was never below zero ends at zero: errors, for example, cannot be fewer than none.
 */
export function usualOf({ model: whole }: Pick<Baseline, "model">, metric: number, time: number): Usual {
  const model = tellerOf(whole);
  const usual = model.detector === "bands" ? bandAt(model, metric, time) : deviationsAround(model, metric);
  return isNeverNegative(model, metric, usual) ? { ...usual, low: Math.max(usual.low, 0) } : usual;
}

/** The model that says what is usual: in an ensemble the bands, which know the hours, else the first member. */
export function tellerOf(model: Model): Single {
  if (model.detector !== "ensemble") return model;
  const teller = bandsOf(model) ?? model.members[0]?.model;
  if (!teller) throw new Error("an ensemble has at least one member");
  return teller;
}

/** Only calendar bands know all past values of a metric; a deviation only tells whether all were zero. */
function isNeverNegative(model: Single, metric: number, { expected }: Usual): boolean {
  if (model.detector === "bands") return expected >= 0 && (model.typical.low[metric] ?? Number.NaN) >= 0;
  return expected === 0 && model.sd[metric] === FLOOR_OF_ZERO;
}

function deviationsAround({ mean, sd }: Exclude<Single, Bands>, metric: number): Usual {
  const [expected, reach] = [mean[metric] ?? Number.NaN, BAND_SD * (sd[metric] ?? Number.NaN)];
  return { expected, low: expected - reach, high: expected + reach };
}

/** The band of that quarter of an hour; if it is not known yet, the metric's typical values at any time. */
function bandAt(model: Bands, metric: number, time: number): Usual {
  const { low, middle, high, offset } = bandRowAt(model, time);
  const known = (table: Float64Array, typical: Float64Array) => {
    const value = table[offset + metric] ?? Number.NaN;
    return Number.isNaN(value) ? (typical[metric] ?? Number.NaN) : value;
  };
  const { typical } = model;
  return {
    expected: known(middle, typical.middle),
    low: known(low, typical.low),
    high: known(high, typical.high),
  };
}
