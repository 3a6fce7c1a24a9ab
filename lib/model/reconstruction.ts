import { GAP_INTERVALS } from "./bands.ts";
import { averagesWith, ERROR_MAX, scoreOf } from "./error-average.ts";
import { softClip } from "./joint.ts";
import type { Sequence } from "./sequence.ts";
import { cholesky, columnOf, invertTriangle, multiply } from "./triangle.ts";
import { dot } from "./vectors.ts";
import { beginning, NO_PAST, type Spread, track, tracked, untracked, type WindowMemory } from "./window-memory.ts";
import type { Winsorised } from "./winsorise.ts";

/**
 * Reconstruction of a sample from its window. Predicts each of the D metrics of the newest of L samples, linearly, from
 * all other values of the window. The prediction is w_j − (P w)_j / P_jj, where P is the inverse of the regularised
 * covariance of windows. The error of a metric is its residual.
 */
export interface Reconstruction extends Spread {
  readonly detector: "reconstruction";
  /** Usual time between samples in ms. */
  readonly interval: number;
  /** L. */
  readonly window: number;
  /** The fit moved values beyond these bounds to them; absent if it took all values as they were. */
  readonly winsorised?: Winsorised;
  /** D: means of the tracked values (window-memory.ts). */
  readonly centre: Float32Array;
  /** D × L D: the rows of P for the newest sample. In each the oldest sample comes first. */
  readonly precision: Float32Array;
  /** D: what makes (P w)_j a residual of variance 1. */
  readonly scale: Float32Array;
  /** D: level and deviation at the end of the history. */
  readonly level: Float32Array;
  readonly deviation: Float32Array;
}

/** Steps of the past in a standard deviation: this many lose nothing that matters. */
const STEPS = 16;
const STEPS_MAX = 127;
/** The memory behind the last sample of the history that a model was fitted to. */
export function windowAfterFit({ level, deviation }: Reconstruction): WindowMemory {
  return beginning(level, deviation);
}

export interface ReadWindows {
  /** One per sample: how far the last samples were off, on average. 1 is usual. */
  readonly scores: Float64Array;
  /** The same of the last two alone. */
  readonly standing: Float64Array;
  readonly memory: WindowMemory;
}

/** Gives the values of a sample without the metrics that do not count; the same values where all count. */
export type CountedOf = (seen: Seen, memory: WindowMemory, values: Float64Array) => Float64Array;

const ALL_COUNT: CountedOf = (_, __, values) => values;

/** Reads samples in order. */
export function readWindows(
  model: Reconstruction,
  known: WindowMemory,
  { values, times, before }: Sequence,
  countedOf = ALL_COUNT,
): ReadWindows {
  const metrics = model.mean.length;
  const [scores, standing] = [new Float64Array(times.length), new Float64Array(times.length)];
  let memory = known;
  for (let i = 0; i < times.length; i++) {
    const own = values.subarray(i * metrics, (i + 1) * metrics);
    memory = afterPause(model, memory, times[i]! - (i > 0 ? times[i - 1]! : (before?.time ?? Number.NaN)));
    const seen = lookAt(model, memory, own);
    const counted = countedOf(seen, memory, own);
    const { error } = counted === own ? seen : lookAt(model, memory, counted);
    const averages = averagesWith(memory.averages, error);
    memory = { ...track(model, memory, own, model.interval), past: pastOf(seen.window, metrics), averages };
    scores[i] = scoreOf(averages);
    standing[i] = averages[0]!;
  }
  return { scores, standing, memory };
}

/** The memory for a sample this long (ms; NaN = unknown) after the one before: after a gap a window begins. */
export function afterPause({ interval }: Reconstruction, memory: WindowMemory, elapsed: number): WindowMemory {
  return elapsed <= GAP_INTERVALS * interval ? memory : { ...memory, past: NO_PAST };
}

/** A sample in its window. */
export interface Seen {
  /** L D: the window, oldest sample first; missing metrics of the newest are as predicted. */
  readonly window: Float64Array;
  /** D: residuals in standard deviations; 0 where a metric is missing. */
  readonly residuals: Float64Array;
  /** The mean of the squared residuals; NaN where all are missing. */
  readonly error: number;
}

/** Reads the next sample without remembering it. */
export function lookAt(model: Reconstruction, memory: WindowMemory, values: Float64Array): Seen {
  const metrics = values.length;
  const window = windowWith(model, memory, values);
  const newest = window.subarray(window.length - metrics);
  const missing = [...newest.keys()].filter((j) => Number.isNaN(newest[j]));
  for (const j of missing) newest[j] = 0;
  const products = newest.map((_, j) => product(model.precision, j * window.length, window));
  const scale = missing.length === 0 ? model.scale : integrateOut(model, newest, products, missing);
  const residuals = products.map((x, j) => softClip(x * scale[j]!));
  const sum = residuals.reduce((total, residual) => total + residual * residual, 0);
  return { window, residuals, error: Math.min(sum / (metrics - missing.length), ERROR_MAX) };
}

/** Before a sample that begins a window, every earlier sample is taken to equal it. */
function windowWith(model: Reconstruction, memory: WindowMemory, values: Float64Array): Float64Array {
  const metrics = values.length;
  const newest = tracked(model, memory, values).map((u, j) => u - model.centre[j]!);
  const window = new Float64Array(model.window * metrics);
  const earlier = window.length - metrics;
  const isBegun = memory.past.length === earlier;
  for (let k = 0; k < earlier; k++) window[k] = isBegun ? memory.past[k]! / STEPS : newest[k % metrics]! || 0;
  window.set(newest, earlier);
  return window;
}

function product(matrix: Float32Array, offset: number, vector: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < vector.length; k++) sum += matrix[offset + k]! * vector[k]!;
  return sum;
}

/**
 * Integrates missing metrics out, in place. The newest sample gets their predictions, and the products become products
 * of P', the inverse of the covariance without them. Returns the scales of these.
 */
function integrateOut(
  { precision, window }: Reconstruction,
  newest: Float64Array,
  products: Float64Array,
  missing: readonly number[],
): Float64Array {
  const metrics = newest.length;
  const length = window * metrics;
  const [size, earlier] = [missing.length, length - metrics];
  const at = (i: number, k: number) => precision[i * length + k]!;
  const own = missing.flatMap((i, a) => missing.slice(0, a + 1).map((j) => at(i, earlier + j)));
  const factor = cholesky(Float64Array.from(own), size);
  if (!factor) throw new RangeError("the precision of a window is not positive definite");
  const inverse = invertTriangle(factor, size);
  const whitened = multiply(
    inverse,
    Float64Array.from(missing, (i) => products[i]!),
  );
  const shared = Array.from({ length }, (_, k) =>
    multiply(
      inverse,
      Float64Array.from(missing, (i) => at(i, k)),
    ),
  );
  for (const [a, j] of missing.entries()) newest[j] = -dot(columnOf(inverse, size, a), whitened);
  return newest.map((_, j) => {
    if (missing.includes(j)) {
      products[j] = 0;
      return 0;
    }
    const row = shared.map((one, k) => at(j, k) - dot(one, shared[earlier + j]!));
    for (const i of missing) row[earlier + i] = 0;
    products[j]! -= dot(shared[earlier + j]!, whitened);
    return scaleOf(Float64Array.from(row), earlier + j);
  });
}

/** The ridge: added to the variance of each value of a window. */
export const RIDGE = 0.3;
/** A residual's variance is at least this share of its metric's. */
const VARIANCE_MIN = 1e-3;

/** The scale of (P w)_j by the row of P, whose variance is (P C P)_jj with the covariance C = P⁻¹ − RIDGE. */
export function scaleOf(row: Float64Array, j: number): number {
  const own = row[j]!;
  return 1 / Math.sqrt(Math.max(own - RIDGE * dot(row, row), VARIANCE_MIN * own * own));
}

/** The score that one more sample leads to. */
export function scoreAfter({ averages }: WindowMemory, error: number): number {
  return scoreOf(averagesWith(averages, error));
}

function pastOf(window: Float64Array, metrics: number): Int8Array {
  return Int8Array.from(window.subarray(metrics), (u) =>
    Math.round(STEPS * Math.max(-STEPS_MAX / STEPS, Math.min(u, STEPS_MAX / STEPS))),
  );
}

/** The value that a metric of a sample is predicted to have, and the standard deviation of its error. */
export function predictionOf(model: Reconstruction, memory: WindowMemory, { window }: Seen, j: number) {
  const { precision, scale, centre, mean } = model;
  const width = window.length;
  const [own, earlier] = [precision[j * width + width - mean.length + j]!, width - mean.length];
  const u = window[earlier + j]! - product(precision, j * width, window) / own;
  const value = untracked(model, memory, j, u + centre[j]!);
  const beyond = untracked(model, memory, j, u + centre[j]! + 1 / (own * scale[j]!));
  return { value, sd: beyond - value };
}
