import { averagesWith, ERROR_MAX, scoreOf, usualAverages } from "../model/error-average.ts";
import { fitGaussian } from "../model/gaussian.ts";
import { softClip } from "../model/joint.ts";
import { newWindow, type Spread, track, tracked, type WindowMemory } from "../model/window-memory.ts";
import { boundsOf, winsorise } from "../model/winsorise.ts";
import { type ConvBiGru, convBiGru, run } from "./conv-bigru.ts";
import { type Training, train } from "./train.ts";

/** Samples in a window. */
const WINDOW = 20;
/** As for `reconstruction`, which learns from the same values. */
const WINSORISED_SHARE = 0.005;
/** A residual's variance is at least this share of its metric's usual variance. */
const VARIANCE_MIN = 1e-3;

export interface RowScores {
  readonly train: Float64Array;
  readonly test: Float64Array;
}

/**
 * Trains the network on windows of the first rows, of `metrics` values each (row-major, NaN = missing), an interval
 * (ms) apart. Scores each row by the distance between the newest sample of its window and the network's output for it.
 * 1 is usual. Throws RangeError for too few rows.
 */
export function scoreRows(
  rows: Readonly<Record<keyof RowScores, Float64Array>>,
  metrics: number,
  interval: number,
  training: Training,
): RowScores {
  const count = rows.train.length / metrics;
  if (count < WINDOW) throw new RangeError(`too few samples: ${count} of the ${WINDOW} needed`);
  const winsorised = boundsOf(rows.train, metrics, WINSORISED_SHARE);
  const spread = fitGaussian(rows.train, metrics, { covariance: "diagonal", winsorised });
  const learnt = trackedRows(spread, newWindow(spread), winsorise(rows.train, winsorised), interval).values;
  const centre = meansOf(learnt, metrics);
  const network = convBiGru(metrics);
  const weights = train(network, centred(learnt, centre), WINDOW, training);
  const residuals = residualsOf(network, weights, centred(learnt, centre));
  const variance = meansOf(
    residuals.map((residual) => residual * residual),
    metrics,
  );
  const scale = variance.map((one) => 1 / Math.sqrt(Math.max(one, VARIANCE_MIN)));
  const seen = trackedRows(spread, newWindow(spread), rows.train, interval);
  const all = new Float64Array(rows.train.length + rows.test.length);
  all.set(seen.values);
  all.set(trackedRows(spread, seen.memory, rows.test, interval).values, seen.values.length);
  const scores = lasting(residualsOf(network, weights, centred(all, centre)), scale);
  return { train: scores.slice(0, count), test: scores.slice(count) };
}

function trackedRows(spread: Spread, start: WindowMemory, rows: Float64Array, interval: number) {
  const metrics = spread.mean.length;
  const values = new Float64Array(rows.length);
  let memory = start;
  for (let first = 0; first < rows.length; first += metrics) {
    const own = rows.subarray(first, first + metrics);
    values.set(tracked(spread, memory, own), first);
    memory = { ...memory, ...track(spread, memory, own, interval) };
  }
  return { values, memory };
}

function meansOf(rows: Float64Array, metrics: number): Float64Array {
  const [sums, counts] = [new Float64Array(metrics), new Float64Array(metrics)];
  for (const [k, value] of rows.entries()) {
    if (Number.isNaN(value)) continue;
    sums[k % metrics]! += value;
    counts[k % metrics]!++;
  }
  return sums.map((sum, j) => sum / counts[j]!);
}

/** A missing value counts as usual. */
function centred(rows: Float64Array, centre: Float64Array): Float64Array {
  return rows.map((value, k) => (Number.isNaN(value) ? 0 : value - centre[k % centre.length]!));
}

/** The window of each row as the newest; before the first row every row is taken to equal it. */
function residualsOf(network: ConvBiGru, weights: Float64Array, rows: Float64Array): Float64Array {
  const { metrics } = network;
  const residuals = new Float64Array(rows.length);
  const begun = new Float64Array(WINDOW * metrics);
  for (let first = 0; first < rows.length; first += metrics) {
    const from = first + metrics - WINDOW * metrics;
    for (let k = 0; from < 0 && k < begun.length; k++) begun[k] = rows[from + k < 0 ? k % metrics : from + k]!;
    const window = from < 0 ? begun : rows.subarray(from, first + metrics);
    const { output } = run(network, weights, window);
    const last = output.length - metrics;
    for (let j = 0; j < metrics; j++) residuals[first + j] = rows[first + j]! - output[last + j]!;
  }
  return residuals;
}

function lasting(residuals: Float64Array, scale: Float64Array): Float64Array {
  const metrics = scale.length;
  let averages = usualAverages();
  return Float64Array.from({ length: residuals.length / metrics }, (_, row) => {
    let sum = 0;
    for (let j = 0; j < metrics; j++) sum += softClip(residuals[row * metrics + j]! * scale[j]!) ** 2;
    averages = averagesWith(averages, Math.min(sum / metrics, ERROR_MAX));
    return scoreOf(averages);
  });
}
