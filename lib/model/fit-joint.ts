import { DAY_MS } from "../time.ts";
import { type Bands, bandRowsOf, GAP_INTERVALS } from "./bands.ts";
import { isWeekend, SLOTS } from "./calendar.ts";
import { dayRanges } from "./day-bands.ts";
import {
  FEATURES,
  JOINT_METRICS_MAX,
  type Joint,
  type JointLimits,
  jointScore,
  LIMIT_STEP,
  standardise,
} from "./joint.ts";
import { movePlace, placeRateOf, writeFeatures } from "./joint-features.ts";
import { JOINT_MEMORY, lastingOf, rememberJoint } from "./joint-reading.ts";
import { learnJoint } from "./learn-joint.ts";
import { median } from "./median.ts";
import { kthPeak } from "./order-statistics.ts";
import { isPooled } from "./sequence.ts";
import { type History, nans, type RowPlaces, slotDaysOf } from "./slot-days.ts";
import { oftenOf, raise } from "./tails.ts";
import { unitsOf, weekendsDiffer } from "./units.ts";

/** A history with the data that the joint reader needs. */
export interface JointHistory {
  /** Values as they are judged. */
  readonly history: History;
  /** Row-major: the change of each value since the sample before; NaN where there is none. */
  readonly changes: Float64Array;
  readonly places: RowPlaces;
}

/** Fewer days show too little of the relations between metrics. */
const DAYS_MIN = 4;
/** Rows that the covariance is learnt from, spread over the history: more would add nothing. */
const ROWS_MAX = 9_000;

/**
 * Learns the joint score of a host whose bands are known, and the score at which it alerts. Pooled hosts have none: the
 * relations between metrics are each host's own.
 */
export function fitJoint(bands: Bands, training: JointHistory): (Joint & JointLimits) | undefined {
  const { metrics, days, floor } = bands;
  if (days < DAYS_MIN || metrics < 2 || metrics > JOINT_METRICS_MAX || isPooled(training.history.times))
    return undefined;
  const joint = learnJoint({ features: spreadFeatures(bands, training), floor });
  return joint && { ...joint, ...limitsOf(scoresOf(bands, joint, training), training, bands.interval) };
}

/** The features of rows from the whole history, an odd number of rows apart, so that all minutes have their turn. */
function spreadFeatures(bands: Bands, { history, changes }: JointHistory): Float64Array {
  const { metrics, times, excluded } = history;
  const size = FEATURES * metrics;
  const step = Math.floor(times.length / ROWS_MAX) | 1;
  const features = new Float64Array(Math.ceil(times.length / step) * size);
  const atUsual = new Float64Array(metrics);
  const rowAt = bandRowsOf(bands);
  let end = 0;
  for (let i = 0; i < times.length; i += step) {
    if (excluded?.[i]) continue;
    const sample = { values: rowOf(history.values, i, metrics), changes: rowOf(changes, i, metrics) };
    writeFeatures(bands, rowAt(times[i]!), atUsual, sample, features.subarray(end, end + size));
    end += size;
  }
  return features.subarray(0, end);
}

function rowOf(table: Float64Array, row: number, metrics: number): Float64Array {
  return table.subarray(row * metrics, (row + 1) * metrics);
}

/** Each row's joint score before any smoothing, and its lasting part; NaN for a row that does not count for limits. */
interface Scores {
  readonly raw: Float64Array;
  readonly lasting: Float64Array;
}

/** Limits come from this last part of the history: twice each weekday. The whole would take half of a fit. */
const LIMITS_MS = 14 * DAY_MS;

/** Reads the end of the history as the reader will. */
function scoresOf(bands: Bands, joint: Joint, { history, changes }: JointHistory): Scores {
  const { metrics, values, times, excluded } = history;
  const [raw, lasting] = [nans(times.length), nans(times.length)];
  const [features, place] = [new Float64Array(FEATURES * metrics), new Float64Array(metrics)];
  const memory = new Float64Array(JOINT_MEMORY);
  const placeRate = placeRateOf(bands.interval);
  const from = times.at(-1)! - LIMITS_MS;
  const rowAt = bandRowsOf(bands);
  for (let i = 0; i < times.length; i++) {
    if (times[i]! < from) continue;
    if (i > 0 && times[i]! - times[i - 1]! > GAP_INTERVALS * bands.interval) memory.fill(0);
    const row = rowAt(times[i]!);
    const own = rowOf(values, i, metrics);
    for (let j = 0; j < metrics; j++) movePlace(bands, row, place, j, own[j]!, placeRate);
    writeFeatures(bands, row, place, { values: own, changes: rowOf(changes, i, metrics) }, features);
    standardise(joint, features);
    const score = jointScore(joint, features);
    if (!Number.isNaN(score)) rememberJoint(memory, score);
    if (excluded?.[i]) continue;
    raw[i] = score;
    lasting[i] = lastingOf(memory, bands.interval);
  }
  return { raw, lasting };
}

/** The limit is this multiple of the score that days often reach, within bounds: a score of 7 is rare on calm hosts. */
const GAIN = 1.25;
const LIMIT_MIN = 7;
const LIMIT_MAX = 40;
/** A host whose usual score is high must stray from it by this much, and at a slot where jobs run by this factor. */
const OVER_USUAL = 3;
const OVER_SLOT = 2;
/** Units beyond the band of a slot that is noisier than usual. */
const SLOT_MARGIN = 2;

function limitsOf({ raw, lasting }: Scores, { history, places }: JointHistory, interval: number): JointLimits {
  const usual = steppedUp(median(raw.filter((score) => !Number.isNaN(score))) || LIMIT_MIN / 2);
  const peaks = new Map<number, number>();
  for (const [i, day] of places.day.entries()) if (lasting[i]! > 0) raise(peaks, day, lasting[i]!);
  const reached = kthPeak(peaks.values(), oftenOf(peaks.size));
  const least = Math.max(LIMIT_MIN, Math.min(LIMIT_MAX, GAIN * reached), usual + OVER_USUAL);
  const slots = usualInSlots({ ...history, metrics: 1, values: lasting }, places, interval);
  return { usual, limit: slots.map((score) => steppedUp(Math.max(least, OVER_SLOT * (score || 0)))) };
}

function steppedUp(score: number): number {
  return Math.ceil(score / LIMIT_STEP) * LIMIT_STEP;
}

/** The common scores of similar days in each slot of each weekday: nightly jobs stir many metrics at once. */
function usualInSlots(scores: History, places: RowPlaces, interval: number): Float64Array {
  const slotDays = slotDaysOf(scores, places, interval);
  const unit = unitsOf(slotDays);
  const differs = weekendsDiffer(slotDays, unit);
  const traits = { unit, differs, harm: new Uint8Array(scores.metrics), margin: SLOT_MARGIN };
  const all = [...slotDays.days.keys()];
  const high = new Float64Array(7 * SLOTS);
  for (let weekday = 0; weekday < 7; weekday++) {
    high.set(dayRanges(slotDays, all, { weekend: isWeekend(weekday), weekday }, traits).high, weekday * SLOTS);
  }
  return high;
}
