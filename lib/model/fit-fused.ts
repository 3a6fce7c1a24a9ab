import { DAY_MS, MINUTE_MS } from "../time.ts";
import { addCompleteRow, type Comoments, emptyComoments } from "./comoments.ts";
import { follows, HOURS, hourOf, type Profile, type Unrest, unrestAt, writeFeatures } from "./features.ts";
import { type Before, createFused, type Fused, softClip } from "./fused.ts";
import { median } from "./median.ts";
import { addRow, emptyMoments, type Moments, meanOf, mergeMoments, varianceOf } from "./moments.ts";
import { cholesky, invertTriangle } from "./triangle.ts";
import { dot } from "./vectors.ts";

/** Samples of one host to fit to, in the order of time. */
export interface TrainingRows {
  /** D. */
  readonly metrics: number;
  /** Row-major, D values each, NaN = missing. */
  readonly values: Float64Array;
  /** Milliseconds since the epoch, ascending. */
  readonly times: Float64Array;
  /** 1 where a row is not to be fitted to; nor is the change from it to the next. */
  readonly excluded?: Uint8Array;
  /** The sample before the first; absent for the first ever, whose change is then taken as none. */
  readonly before?: Before;
}

/** A standard deviation is at least this share of the feature's range and of its median. */
const FLOOR_SHARE = 0.01;
/** The floor of a feature that was zero throughout. */
const FLOOR_OF_ZERO = 0.01;
/** Correlations are shrunk by this much, and by more while there are few rows for the features. */
const SHRINKAGE = 0.1;
/** Added to the variance of every feature. */
const RIDGE = 0.01;

/** Additions to the published form (docs/detector.md). */
interface Additions {
  /** Deviations are measured against those of their hour. */
  readonly unrest: boolean;
  /** No two directions of the covariance outshout all others. */
  readonly capped: boolean;
}

const ADDITIONS: Additions = { unrest: true, capped: true };

/**
 * Fits the fused detector: hourly means, moments of the features, unrest, covariance of their clipped z. The sums of
 * each day are taken by themselves and merged, so that the result does not depend on how the history was cut. Throws
 * RangeError when there is no row to fit to or a metric has no value in any.
 */
export function fitFused(training: TrainingRows, { unrest: withUnrest, capped }: Additions = ADDITIONS): Fused {
  const { metrics, excluded } = training;
  const interval = intervalOf(training);
  const profile = fitProfile(training);
  const features = (profile ? 3 : 2) * metrics;
  const times = training.times.filter((_, i) => !excluded?.[i]);
  const rows = featureRows(training, times.length, profile, interval);
  const { mean, sd } = standardisation(times, rows, features);
  for (let k = 0, j = 0; k < rows.length; k++, j = j + 1 === features ? 0 : j + 1) {
    rows[k] = softClip((rows[k]! - mean[j]!) / sd[j]!);
  }
  const unrest = profile && withUnrest ? fitUnrest(times, rows, features) : undefined;
  if (unrest) calmDown(times, rows, features, unrest);
  const comoments = emptyComoments(features);
  for (let offset = 0; offset < rows.length; offset += features) addCompleteRow(comoments, rows, offset);
  const factor = cholesky(shrunkCovariance(comoments), features);
  if (!factor) throw new RangeError("the covariance is not positive definite");
  const centre = comoments.mean.map((x, j) => x + comoments.shift[j]!);
  const whitening = invertTriangle(factor, features).map(Math.fround);
  const hourly = { ...(profile ? { profile } : {}), ...(unrest ? { unrest } : {}) };
  return createFused({ metrics, mean, sd, ...hourly, centre, whitening, interval }, capped);
}

/** The usual time between samples: the median, which gaps do not move; a minute for a single sample. */
function intervalOf({ times }: TrainingRows): number {
  return median(times.subarray(1).map((time, i) => time - times[i]!)) || MINUTE_MS;
}

/** Means by hour of the day, once every hour has been seen. */
function fitProfile({ metrics, values, times, excluded }: TrainingRows): Profile | undefined {
  const hours = Array.from({ length: HOURS }, () => emptyMoments(metrics));
  const rows = new Float64Array(HOURS);
  for (let i = 0; i < times.length; i++) {
    if (excluded?.[i]) continue;
    const hour = hourOf(times[i]!);
    rows[hour]!++;
    addRow(hours[hour]!, values, i * metrics);
  }
  if (rows.includes(0)) return undefined;
  const whole = hours.reduce(mergeMoments);
  const meanAt = (hour: number, j: number) => meanOf(hours[hour]!.count[j] ? hours[hour]! : whole, j);
  return Float64Array.from({ length: HOURS * metrics }, (_, k) => meanAt(Math.floor(k / metrics), k % metrics));
}

/** Stands before a row whose change is unknown. */
const NOTHING: Before = { values: new Float64Array(0), time: Number.NEGATIVE_INFINITY };

/** The features of the `kept` rows to be fitted to. */
function featureRows(training: TrainingRows, kept: number, profile: Profile | undefined, interval: number) {
  const { metrics, values, times, excluded } = training;
  const features = (profile ? 3 : 2) * metrics;
  const rows = new Float64Array(kept * features);
  let before: Before = training.before ?? { values, time: times[0]! - interval }; // the first ever changed by nothing
  let offset = 0;
  for (let i = 0, to = 0; i < times.length; i++) {
    const time = times[i]!;
    if (!excluded?.[i]) {
      const near = follows(time, before.time, interval) ? before.values : undefined;
      writeFeatures(values, i * metrics, near, offset, time, profile, metrics, rows, to);
      to += features;
    }
    before = excluded?.[i] ? NOTHING : { values, time };
    offset = i * metrics;
  }
  return rows;
}

function standardisation(times: Float64Array, rows: Float64Array, features: number) {
  const moments = momentsByDay(times, rows, features);
  const mean = new Float64Array(features);
  const sd = new Float64Array(features);
  for (let j = 0; j < features; j++) {
    if (moments.count[j] === 0) throw new RangeError(`feature ${j} has no value in any row: leave it out of the fit`);
    mean[j] = meanOf(moments, j);
    const floor = FLOOR_SHARE * Math.max(moments.max[j]! - moments.min[j]!, Math.abs(medianOf(rows, features, j)));
    sd[j] = Math.max(Math.sqrt(varianceOf(moments, j)), floor > 0 ? floor : FLOOR_OF_ZERO);
  }
  return { mean, sd };
}

function medianOf(rows: Float64Array, features: number, feature: number): number {
  const column = new Float64Array(rows.length / features);
  let count = 0;
  for (let k = feature; k < rows.length; k += features) if (!Number.isNaN(rows[k])) column[count++] = rows[k]!;
  return median(column.subarray(0, count));
}

/** Mean square of the clipped z in each hour against that of the whole day. */
function fitUnrest(times: Float64Array, z: Float64Array, features: number): Unrest {
  const sums = new Float64Array(HOURS);
  const rows = new Float64Array(HOURS);
  for (const [i, time] of times.entries()) {
    const present = z.subarray(i * features, (i + 1) * features).filter((x) => !Number.isNaN(x));
    if (present.length === 0) continue;
    sums[hourOf(time)]! += dot(present, present) / present.length;
    rows[hourOf(time)]!++;
  }
  const whole = sums.reduce((a, b) => a + b, 0) / rows.reduce((a, b) => a + b, 0);
  return sums.map((sum, hour) => (whole > 0 && rows[hour] ? Math.max(1, Math.sqrt(sum / rows[hour]! / whole)) : 1));
}

/** Divides the z of each row by the unrest of its hour. */
function calmDown(times: Float64Array, z: Float64Array, features: number, unrest: Unrest): void {
  for (const [i, time] of times.entries()) {
    const factor = 1 / unrestAt(unrest, time);
    for (let j = i * features; j < (i + 1) * features; j++) z[j]! *= factor;
  }
}

function momentsByDay(times: Float64Array, rows: Float64Array, features: number): Moments {
  const days = new Map<number, Moments>();
  for (const [i, time] of times.entries()) {
    const day = Math.floor(time / DAY_MS);
    const moments = days.get(day) ?? emptyMoments(features);
    days.set(day, moments);
    addRow(moments, rows, i * features);
  }
  return [...days.values()].reduce(mergeMoments, emptyMoments(features));
}

/** (1 − λ) C + λ diag(C) + ridge. C is 0 where no row is complete. */
function shrunkCovariance({ count, mean, sums }: Comoments): Float64Array {
  const features = mean.length;
  const lambda = Math.max(SHRINKAGE, features / (count + features));
  const covariance = sums.map((sum) => sum / Math.max(1, count));
  const shrunk = covariance.map((c) => (1 - lambda) * c);
  for (let i = 0; i < features; i++) {
    const k = (i * (i + 3)) / 2;
    shrunk[k] = covariance[k]! + RIDGE;
  }
  return shrunk;
}
