import { GAP_INTERVALS } from "./bands.ts";
import { fitGaussian } from "./gaussian.ts";
import { type Reconstruction, RIDGE, scaleOf } from "./reconstruction.ts";
import { isPooled, usualInterval } from "./sequence.ts";
import type { History } from "./slot-days.ts";
import { cholesky, invertTriangle } from "./triangle.ts";
import { newWindow, type Spread, track, tracked } from "./window-memory.ts";
import { boundsOf, winsorise } from "./winsorise.ts";

/** Samples in a window: two see less, ten no more. */
const WINDOW = 5;
const WINDOW_MIN = 2;
/** Values of a window: hosts of more than 102 metrics get shorter ones, as a fit grows with the square of these. */
const VALUES_MAX = 512;
/** The share of the training values that is winsorised at either end. A hundredth is too much on some services. */
const WINSORISED_SHARE = 0.005;

/** A fit needs this many rows for each value of a window, or it would learn their noise. */
const ROWS_PER_VALUE = 3;

function windowFor(metrics: number): number {
  return Math.max(WINDOW_MIN, Math.min(WINDOW, Math.floor(VALUES_MAX / metrics)));
}

/**
 * Learns the relations between the metrics of a window from a history, winsorised by this share, without its excluded
 * rows. Throws RangeError if the history is too short.
 */
export function fitReconstruction(history: History, share = WINSORISED_SHARE): Reconstruction {
  const { metrics } = history;
  const interval = usualInterval(history.times);
  const { values, times } = learntOf(history);
  const needed = ROWS_PER_VALUE * metrics * windowFor(metrics);
  if (times.length < needed) throw new RangeError(`too few samples: ${times.length} of the ${needed} needed`);
  const bounds = share > 0 ? { winsorised: boundsOf(values, metrics, share) } : {};
  const { mean, sd } = fitGaussian(values, metrics, { covariance: "diagonal", ...bounds });
  const fitted = bounds.winsorised ? winsorise(values, bounds.winsorised) : values;
  const { rows, begins, memory } = trackedRows({ mean, sd }, fitted, times, interval);
  const centre = centred(rows, metrics);
  const window = windowFor(metrics);
  const inverse = inverseOf(laggedCovariances(rows, begins, metrics, window), metrics, window);
  const { precision, scale } = inverse;
  const { level, deviation } = isPooled(times) ? newWindow({ mean, sd }) : memory;
  const spread = { mean, sd, centre, level, deviation };
  return { detector: "reconstruction", interval, window, ...bounds, ...spread, precision, scale };
}

function learntOf({ metrics, values, times, excluded }: History): Pick<History, "values" | "times"> {
  if (!excluded?.includes(1)) return { values, times };
  return {
    values: values.filter((_, k) => excluded[Math.floor(k / metrics)] === 0),
    times: times.filter((_, i) => excluded[i] === 0),
  };
}

/** The tracked rows, for each the row that began its run of neighbours, and the memory at the end. */
function trackedRows(spread: Spread, values: Float64Array, times: Float64Array, interval: number) {
  const metrics = spread.mean.length;
  const rows = new Float64Array(values.length);
  const begins = new Int32Array(times.length);
  let memory = newWindow(spread);
  for (let i = 0; i < times.length; i++) {
    const elapsed = i > 0 ? times[i]! - times[i - 1]! : Number.NaN;
    if (elapsed < 0) memory = newWindow(spread);
    begins[i] = elapsed >= 0 && elapsed <= GAP_INTERVALS * interval ? begins[i - 1]! : i;
    const own = values.subarray(i * metrics, (i + 1) * metrics);
    rows.set(tracked(spread, memory, own), i * metrics);
    memory = { ...memory, ...track(spread, memory, own, interval) };
  }
  return { rows, begins, memory };
}

/**
 * Centres rows in place and divides them by the root of the number of a metric's values, so that sums of products are
 * covariances. A missing value counts as usual. Returns the means.
 */
function centred(rows: Float64Array, metrics: number): Float32Array {
  const [sums, counts] = [new Float64Array(metrics), new Float64Array(metrics)];
  for (const [k, u] of rows.entries()) {
    if (Number.isNaN(u)) continue;
    sums[k % metrics]! += u;
    counts[k % metrics]!++;
  }
  const centre = Float32Array.from(sums, (sum, j) => sum / counts[j]!);
  for (const [k, u] of rows.entries()) {
    rows[k] = Number.isNaN(u) ? 0 : (u - centre[k % metrics]!) / Math.sqrt(counts[k % metrics]!);
  }
  return centre;
}

/** For each lag k below L, D × D: Σ u_i(t) u_j(t − k) over rows of one run. */
function laggedCovariances(rows: Float64Array, begins: Int32Array, metrics: number, window: number): Float64Array[] {
  return Array.from({ length: window }, (_, lag) => {
    const sums = new Float64Array(metrics * metrics);
    for (let t = lag; t < begins.length; t++) {
      if (begins[t]! > t - lag) continue;
      const earlier = (t - lag) * metrics;
      for (let i = 0, k = 0; i < metrics; i++) {
        const own = rows[t * metrics + i]!;
        if (own === 0) k += metrics;
        else for (let j = 0; j < metrics; j++, k++) sums[k]! += own * rows[earlier + j]!;
      }
    }
    return sums;
  });
}

/** The last D rows of the inverse of the regularised covariance of windows, and the scale of each residual. */
function inverseOf(lagged: readonly Float64Array[], metrics: number, window: number) {
  const size = window * metrics;
  const factor = cholesky(windowCovariance(lagged, metrics), size);
  if (!factor) throw new RangeError("the covariance of windows is not positive definite");
  const inverse = invertTriangle(factor, size);
  const precision = new Float32Array(metrics * size);
  const scale = new Float32Array(metrics);
  for (let d = 0; d < metrics; d++) {
    const place = size - metrics + d;
    const row = new Float64Array(size);
    for (let k = place; k < size; k++) {
      const start = (k * (k + 1)) / 2;
      const own = inverse[start + place]!;
      for (let j = 0; j <= k; j++) row[j]! += own * inverse[start + j]!;
    }
    precision.set(row, d * size);
    scale[d] = scaleOf(row, place);
  }
  return { precision, scale };
}

/** Packed (triangle.ts), oldest sample first: divided by the number of all rows, it is never negative. */
function windowCovariance(lagged: readonly Float64Array[], metrics: number): Float64Array {
  const size = lagged.length * metrics;
  const covariance = new Float64Array((size * (size + 1)) / 2);
  for (let row = 0, k = 0; row < size; row++) {
    for (let column = 0; column <= row; column++, k++) {
      const lag = Math.floor(row / metrics) - Math.floor(column / metrics);
      covariance[k] = lagged[lag]![(row % metrics) * metrics + (column % metrics)]! + (row === column ? RIDGE : 0);
    }
  }
  return covariance;
}
