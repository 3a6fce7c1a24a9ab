import { type BandsMemory, carriedOver, newBandsMemory } from "../model/band-memory.ts";
import { scoreBands } from "../model/band-reading.ts";
import { contributionsAlone, type Detector, type Memoryless, scoreAlone } from "../model/detector.ts";
import { fitBands } from "../model/fit-bands.ts";
import { fitFused } from "../model/fit-fused.ts";
import { fitMemoryless } from "../model/fit-memoryless.ts";
import { contributionsOf, type Fused, type FusedMemory, newMemory, scaleOf, scoreFused } from "../model/fused.ts";
import type { Covariance } from "../model/gaussian.ts";
import { lastingFrom } from "../model/lasting.ts";
import { DEFAULT_EPSILON } from "../model/pooled-epsilon.ts";
import { quantile } from "../model/quantile.ts";
import { THINNED } from "../model/tracker.ts";
import { DAY_MS } from "../time.ts";

export interface SeriesOptions {
  readonly detector: Detector;
  readonly covariance: Covariance;
  readonly intervalMs: number;
  /** Refit on the last 30 days after each `walkMs` of the test; absent: fit once, bands daily. */
  readonly walkMs?: number;
  /** Refit the fused detector to flagged rows too, which the deployed refit leaves out. */
  readonly keepAnomalies: boolean;
  readonly seed: number;
}

export interface ScoredSeries {
  /** One per test row, higher = stranger, hysteresis included; those of bands are not smoothed. */
  readonly scores: Float64Array;
  /** Contributions of each metric to test row i: z_x² + z_d² + z_h², or with bands how far it is out. */
  readonly contributions: (row: number) => Float64Array;
  /** The label-free epsilon of this detector for this series. */
  readonly epsilon: number;
}

/** For a detector without its own epsilon, 1 minus the share of training rows above its label-free epsilon. */
const CALM_QUANTILE = 0.995;
/** How far back a refit looks. */
const WINDOW_MS = 30 * DAY_MS;
/** Detectors with a memory read this last part of the training before the test begins. */
const WARM_UP_MS = 3 * DAY_MS;
const FEATURES_PER_METRIC = 3;
/** Bands are on one scale, on which 1 notifies. */
const BANDS_EPSILON = 1;
/** Rows have no time of day: the first is at midnight, UTC, of the epoch. */
const ZONE = "UTC";
/** Rows scored at a time. */
const BATCH_ROWS = 256;

/** Fits to the training rows and scores the test rows in time order; both are row-major with a value per name. */
export function scoreSeries(
  train: Float64Array,
  test: Float64Array,
  names: readonly string[],
  options: SeriesOptions,
): ScoredSeries {
  const width = names.length;
  const values = new Float64Array(train.length + test.length);
  values.set(train);
  values.set(test, train.length);
  const times = Float64Array.from({ length: values.length / width }, (_, i) => i * options.intervalMs);
  const series = { values, times, width, from: train.length / width };
  const { detector } = options;
  if (detector === "bands") return scoreByBands(series, names, options);
  return detector === "fused" ? scoreByFused(series, options) : scoreByMemoryless(series, detector, options);
}

/** Training rows, then test rows, at even times from the epoch; the test begins at row `from`. */
interface Series {
  readonly values: Float64Array;
  readonly times: Float64Array;
  readonly width: number;
  readonly from: number;
}

/** The rows of the test between two refits, each part with the oldest row to fit to. */
function walk({ times, from }: Series, { walkMs, intervalMs }: SeriesOptions) {
  const step = walkMs === undefined ? times.length : Math.max(1, Math.round(walkMs / intervalMs));
  const window = Math.round(WINDOW_MS / intervalMs);
  const count = Math.ceil((times.length - from) / step);
  return Array.from({ length: count }, (_, i) => {
    const first = from + i * step;
    return { oldest: i === 0 ? 0 : Math.max(0, first - window), first, end: Math.min(times.length, first + step) };
  });
}

function scoreByMemoryless(series: Series, detector: Memoryless["detector"], options: SeriesOptions): ScoredSeries {
  const { values, times, width, from } = series;
  const scores = new Float64Array(times.length - from);
  const models = new Map<number, Memoryless>();
  let epsilon = Number.NaN;
  for (const { oldest, first, end } of walk(series, options)) {
    const model = fitMemoryless(detector, values.subarray(oldest * width, first * width), width, options);
    if (Number.isNaN(epsilon)) {
      const calm = Float64Array.from({ length: from }, (_, row) => scoreAlone(model, values, row * width));
      epsilon = quantile(calm, CALM_QUANTILE);
    }
    for (let row = first; row < end; row++) {
      scores[row - from] = scoreAlone(model, values, row * width);
      models.set(row, model);
    }
  }
  const contributions = (row: number) => {
    const model = models.get(row + from);
    if (!model) throw new RangeError(`no row ${row}`);
    return contributionsAlone(model, values, (row + from) * width);
  };
  return { scores, contributions, epsilon };
}

/** Refits daily, as deployed, to everything: order statistics over days bound what a bad day does. */
function scoreByBands(series: Series, names: readonly string[], options: SeriesOptions): ScoredSeries {
  const { times, width, from } = series;
  const { walkMs = DAY_MS, intervalMs } = options;
  const window = Math.round(WINDOW_MS / intervalMs);
  const warm = Math.max(0, from - Math.round(WARM_UP_MS / intervalMs));
  const scores = new Float64Array(times.length - from);
  const contributions = new Float64Array(scores.length * width);
  const sequence = (first: number, end: number) => ({ ...rowsOf(series, first, end), ...beforeOf(series, first) });
  let memory: BandsMemory | undefined;
  for (const { first, end } of walk(series, { ...options, walkMs })) {
    const model = fitBands({ metrics: width, ...rowsOf(series, Math.max(0, first - window), first) }, names, ZONE);
    const before = memory
      ? carriedOver(model, memory)
      : scoreBands(model, newBandsMemory(model), sequence(warm, from)).memory;
    const read = scoreBands(model, before, sequence(first, end));
    memory = read.memory;
    scores.set(read.scores, first - from);
    contributions.set(read.parts.map(Math.abs), (first - from) * width);
  }
  return {
    scores,
    contributions: (row) => contributions.subarray(row * width, (row + 1) * width),
    epsilon: BANDS_EPSILON,
  };
}

function scoreByFused(series: Series, options: SeriesOptions): ScoredSeries {
  const { times, width, from } = series;
  const scores = new Float64Array(times.length - from);
  const contributions = new Float64Array(scores.length * width);
  const flagged = new Uint8Array(times.length);
  const epsilon = scaleOf(FEATURES_PER_METRIC * width) * DEFAULT_EPSILON;
  let memory: FusedMemory | undefined;
  for (const { oldest, first, end } of walk(series, options)) {
    const model = fitTo(series, flagged, oldest, first);
    if (!memory) {
      const warm = Math.max(0, from - Math.round(WARM_UP_MS / options.intervalMs));
      memory = scoreRows(series, model, newMemory(model), warm, from, () => {});
    }
    memory = scoreRows(series, model, memory, first, end, (row, score, parts) => {
      scores[row - from] = score;
      flagged[row] = score > epsilon && !options.keepAnomalies ? 1 : 0;
      contributions.set(parts, (row - from) * width);
    });
  }
  return {
    scores,
    contributions: (row) => contributions.subarray(row * width, (row + 1) * width),
    epsilon,
  };
}

/** Leaves out rows that were flagged on arrival, as the refit does, unless most of the last week was flagged. */
function fitTo(series: Series, flagged: Uint8Array, first: number, end: number): Fused {
  const { times, width } = series;
  const rows = { metrics: width, ...rowsOf(series, first, end) };
  return fitFused({ ...rows, ...beforeOf(series, first), excluded: excludedOf(times, flagged, first, end) });
}

/** Decides as the refit does. */
function excludedOf(times: Float64Array, flagged: Uint8Array, first: number, end: number): Uint8Array {
  const excluded = flagged.slice(first, end);
  const lasting = lastingFrom(times.subarray(first, end), (row) => excluded[row] === 1);
  if (lasting !== undefined) excluded.fill(0, lasting);
  return excluded;
}

function rowsOf({ values, times, width }: Series, first: number, end: number) {
  return { values: values.subarray(first * width, end * width), times: times.subarray(first, end) };
}

function beforeOf({ values, times, width }: Series, row: number) {
  if (row === 0) return {};
  return { before: { values: values.subarray((row - 1) * width, row * width), time: times[row - 1] ?? 0 } };
}

type Visit = (row: number, score: number, contributions: Float64Array) => void;

function scoreRows(series: Series, model: Fused, memory: FusedMemory, first: number, end: number, visit: Visit) {
  let current = memory;
  for (let row = first; row < end; row += BATCH_ROWS) {
    const stop = Math.min(end, row + BATCH_ROWS);
    const sequence = { ...rowsOf(series, row, stop), ...beforeOf(series, row) };
    const scored = scoreFused(model, current, sequence, THINNED);
    current = scored.memory;
    for (let k = 0; k < stop - row; k++) {
      visit(row + k, scored.scores[k] ?? Number.NaN, contributionsOf(model, sequence, k));
    }
  }
  return current;
}
