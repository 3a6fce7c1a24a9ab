import { DAY_MS, MINUTE_MS } from "../time.ts";
import { follows, HOURS, hourOf, type Profile, type Unrest, unrestAt, writeFeatures } from "./features.ts";
import { type Before, createFused, type Fused, softClip } from "./fused.ts";
import { median } from "./median.ts";
import { addRow, emptyMoments, type Moments, meanOf, mergeMoments, varianceOf } from "./moments.ts";
import { cholesky, invertTriangle } from "./triangle.ts";

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

/** What was added to the published form (docs/detector.md). */
interface Additions {
  /** Deviations are measured against those of their hour. */
  readonly unrest: boolean;
  /** No two directions of the covariance outshout all others. */
  readonly capped: boolean;
}

const ADDITIONS: Additions = { unrest: true, capped: true };

/**
 * Fits the fused detector. Passes over the rows: hourly means, moments of the features, unrest, covariance of their clipped z. The sums
 * of each day are taken by themselves and merged, so that the result does not hang on how the history was cut. Throws RangeError when
 * there is no row to fit to or a metric has no value in any.
 */
export function fitFused(training: TrainingRows, { unrest: withUnrest, capped }: Additions = ADDITIONS): Fused {
  const interval = intervalOf(training);
  const profile = fitProfile(training);
  const rows = featureRows(training, profile, interval);
  const features = (profile ? 3 : 2) * training.metrics;
  const { mean, sd } = standardisation(training, rows, features);
  for (let k = 0, j = 0; k < rows.length; k++, j = j + 1 === features ? 0 : j + 1) {
    rows[k] = softClip((rows[k]! - mean[j]!) / sd[j]!);
  }
  const unrest = profile && withUnrest ? fitUnrest(training, rows, features) : undefined;
  if (unrest) calmDown(training, rows, features, unrest);
  const { count, centre, covariance } = covarianceOfComplete(rows, features);
  const shrunk = shrink(covariance, features, Math.max(SHRINKAGE, features / (count + features)));
  const factor = cholesky(shrunk, features);
  if (!factor) throw new RangeError("the covariance is not positive definite");
  const whitening = invertTriangle(factor, features).map(Math.fround);
  const { metrics } = training;
  const hourly = { ...(profile ? { profile } : {}), ...(unrest ? { unrest } : {}) };
  return createFused({ metrics, mean, sd, ...hourly, centre, whitening, interval }, capped);
}

/** The usual time between samples: the median, which gaps do not move. A single sample tells none: a minute. */
function intervalOf({ times }: TrainingRows): number {
  const gaps = Float64Array.from({ length: Math.max(0, times.length - 1) }, (_, i) => times[i + 1]! - times[i]!);
  return gaps.length > 0 ? median(gaps) || MINUTE_MS : MINUTE_MS;
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

/** Stands before a row whose change cannot be told. */
const NOTHING: Before = { values: new Float64Array(0), time: Number.NEGATIVE_INFINITY };

/** The features of every row to be fitted to. */
function featureRows(training: TrainingRows, profile: Profile | undefined, interval: number): Float64Array {
  const { metrics, values, times, excluded } = training;
  const features = (profile ? 3 : 2) * metrics;
  const kept = excluded ? times.length - excluded.reduce((sum, one) => sum + one, 0) : times.length;
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

function standardisation({ times, excluded }: TrainingRows, rows: Float64Array, features: number) {
  const moments = momentsByDay(times, excluded, rows, features);
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

/** Mean square of the clipped z in each hour against that of the whole day. */
function fitUnrest({ times, excluded }: TrainingRows, z: Float64Array, features: number): Unrest {
  const sums = new Float64Array(HOURS);
  const rows = new Float64Array(HOURS);
  for (let i = 0, offset = 0; i < times.length; i++) {
    if (excluded?.[i]) continue;
    const square = meanSquare(z, offset, features);
    offset += features;
    if (Number.isNaN(square)) continue;
    sums[hourOf(times[i]!)]! += square;
    rows[hourOf(times[i]!)]!++;
  }
  const whole = sums.reduce((a, b) => a + b, 0) / rows.reduce((a, b) => a + b, 0);
  return sums.map((sum, hour) => (whole > 0 && rows[hour] ? Math.max(1, Math.sqrt(sum / rows[hour]! / whole)) : 1));
}

/** Of those features of a row that are there. */
function meanSquare(z: Float64Array, offset: number, features: number): number {
  let sum = 0;
  let present = 0;
  for (let j = offset; j < offset + features; j++) {
    if (Number.isNaN(z[j])) continue;
    sum += z[j]! * z[j]!;
    present++;
  }
  return sum / present;
}

/** Divides the z of each row by the unrest of its hour. */
function calmDown({ times, excluded }: TrainingRows, z: Float64Array, features: number, unrest: Unrest): void {
  for (let i = 0, offset = 0; i < times.length; i++) {
    if (excluded?.[i]) continue;
    const factor = 1 / unrestAt(unrest, times[i]!);
    for (let j = offset; j < offset + features; j++) z[j]! *= factor;
    offset += features;
  }
}

function momentsByDay(times: Float64Array, excluded: Uint8Array | undefined, rows: Float64Array, features: number) {
  let whole: Moments = emptyMoments(features);
  let day = emptyMoments(features);
  let number = Number.NaN;
  for (let i = 0, offset = 0; i < times.length; i++) {
    if (excluded?.[i]) continue;
    const today = Math.floor(times[i]! / DAY_MS);
    if (today !== number) {
      whole = mergeMoments(whole, day);
      day = emptyMoments(features);
      number = today;
    }
    addRow(day, rows, offset);
    offset += features;
  }
  return mergeMoments(whole, day);
}

function medianOf(rows: Float64Array, features: number, feature: number): number {
  const column = new Float64Array(rows.length / features);
  let count = 0;
  for (let k = feature; k < rows.length; k += features) if (!Number.isNaN(rows[k])) column[count++] = rows[k]!;
  return median(column.subarray(0, count));
}

/** Rows worked on at once: their columns stay in the processor's cache. */
const BLOCK = 64;

/** Mean and population covariance (packed) of the rows in which every feature is present. Of clipped z, which are small around 0: plain sums lose nothing. */
function covarianceOfComplete(rows: Float64Array, features: number) {
  const centre = new Float64Array(features);
  const products = new Float64Array((features * (features + 1)) / 2);
  const columns = new Float64Array(features * BLOCK);
  let count = 0;
  let filled = 0;
  const flush = () => {
    for (let j = 0; j < features; j++) columns.fill(0, j * BLOCK + filled, (j + 1) * BLOCK);
    addProducts(products, columns, features);
    filled = 0;
  };
  for (let offset = 0; offset < rows.length; offset += features) {
    if (!isComplete(rows, offset, features)) continue;
    for (let j = 0; j < features; j++) {
      columns[j * BLOCK + filled] = rows[offset + j]!;
      centre[j]! += rows[offset + j]!;
    }
    count++;
    if (++filled === BLOCK) flush();
  }
  if (filled > 0) flush();
  for (let j = 0; j < features; j++) centre[j]! /= Math.max(1, count);
  for (let i = 0, k = 0; i < features; i++) {
    for (let j = 0; j <= i; j++, k++) products[k] = products[k]! / Math.max(1, count) - centre[i]! * centre[j]!;
  }
  return { count, centre, covariance: products };
}

function isComplete(rows: Float64Array, offset: number, features: number): boolean {
  for (let j = 0; j < features; j++) if (Number.isNaN(rows[offset + j])) return false;
  return true;
}

/** Adds the products of every two columns of a block; four columns at a time share the reading of the fifth. */
function addProducts(products: Float64Array, columns: Float64Array, features: number): void {
  for (let i = 0; i < features; i++) {
    const row = (i * (i + 1)) / 2;
    const a = i * BLOCK;
    let j = 0;
    for (; j + 3 <= i; j += 4) {
      const b = j * BLOCK;
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let k = 0; k < BLOCK; k++) {
        const x = columns[a + k]!;
        s0 += x * columns[b + k]!;
        s1 += x * columns[b + BLOCK + k]!;
        s2 += x * columns[b + 2 * BLOCK + k]!;
        s3 += x * columns[b + 3 * BLOCK + k]!;
      }
      products[row + j]! += s0;
      products[row + j + 1]! += s1;
      products[row + j + 2]! += s2;
      products[row + j + 3]! += s3;
    }
    for (; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < BLOCK; k++) sum += columns[a + k]! * columns[j * BLOCK + k]!;
      products[row + j]! += sum;
    }
  }
}

/** (1 − λ) C + λ diag(C) + ridge. */
function shrink(covariance: Float64Array, features: number, lambda: number): Float64Array {
  const shrunk = covariance.map((c) => (1 - lambda) * c);
  for (let i = 0; i < features; i++) {
    const k = (i * (i + 3)) / 2;
    shrunk[k] = covariance[k]! + RIDGE;
  }
  return shrunk;
}
