/**
 * Scores like the Numenta Anomaly Benchmark (Lavin and Ahmad 2015; rules as in its sweeper). The first detection in an
 * anomaly window earns up to 1, more if it is earlier. A window without a detection costs. A detection outside costs
 * too, but less just after a window. The whole corpus has one threshold: the best possible, or epsilon.
 */
import { MINUTE_MS } from "../time.ts";

/** Rows that belong together. */
export interface Run {
  readonly first: number;
  /** Included. */
  readonly last: number;
}

export interface NabSeries {
  /** Multiples of epsilon. */
  readonly scores: Float64Array;
  /** In order of time; they do not overlap. */
  readonly windows: readonly Run[];
  /** Detections at most this many rows apart form one run. */
  readonly alertGap: number;
}

export interface NabProfile {
  readonly tpWeight: number;
  readonly fpWeight: number;
  readonly fnWeight: number;
}

/** config/profiles.json of NAB. */
export const NAB_PROFILES = {
  standard: { tpWeight: 1, fpWeight: 0.11, fnWeight: 1 },
  rewardLowFpRate: { tpWeight: 1, fpWeight: 0.22, fnWeight: 1 },
  rewardLowFnRate: { tpWeight: 1, fpWeight: 0.11, fnWeight: 2 },
} as const satisfies Record<string, NabProfile>;

export interface NabScore {
  /** 0 for a detector that detects nothing, 100 for one that finds the first row of every window and nothing else. */
  readonly score: number;
  /** A sample is detected when its score is at least this: the best for the corpus. */
  readonly threshold: number;
  /** The score where every sample above epsilon is detected. */
  readonly shipped: number;
}

/** `all` counts every detection, as NAB does. `first` counts only the first of each run, as an alert does. */
export type NabDetections = "all" | "first";

/** Rows one minute apart separate two alerts sooner than rows five minutes apart. */
const COARSE_INTERVAL_MS = 5 * MINUTE_MS;
const ALERT_GAP_MS = 10 * MINUTE_MS;
const COARSE_ALERT_GAP_MS = 15 * MINUTE_MS;

/** Detections at most this many rows apart are one alert: 10 at one minute, 3 at five. */
export function alertGap(intervalMs: number): number {
  const gapMs = intervalMs < COARSE_INTERVAL_MS ? ALERT_GAP_MS : COARSE_ALERT_GAP_MS;
  return Math.max(1, Math.floor(gapMs / intervalMs));
}

const PROBATION_SHARE = 0.15;
const PROBATION_ROWS_MAX = 750;

/** The number of rows at the start of a series that only train the detector; they are not scored. */
export function probationOf(rows: number): number {
  return Math.min(Math.floor(PROBATION_SHARE * rows), PROBATION_ROWS_MAX);
}

/** The scores of the corpus at epsilon and at its best threshold, the highest one if several are best. */
export function nabScore(corpus: readonly NabSeries[], profile: NabProfile, detections: NabDetections): NabScore {
  const tallies = corpus.map((series) => createTally(series, profile, detections === "all" ? 0 : series.alertGap));
  const windows = corpus.reduce((sum, series) => sum + series.windows.length, 0);
  const silent = -profile.fnWeight * windows;
  let total = silent;
  let shipped = silent;
  let best = { total, threshold: Number.POSITIVE_INFINITY };
  for (const { score, rows } of byScore(corpus)) {
    for (const { series, row } of rows) total += tallies[series]?.detect(row) ?? 0;
    if (total > best.total) best = { total, threshold: score };
    if (score > 1) shipped = total;
  }
  const perfect = profile.tpWeight * windows;
  const normalised = (raw: number) => (100 * (raw - silent)) / (perfect - silent);
  return { score: normalised(best.total), threshold: best.threshold, shipped: normalised(shipped) };
}

interface Place {
  readonly series: number;
  readonly row: number;
}

/** Yields the rows after probation in groups of equal scores, highest first. */
function* byScore(corpus: readonly NabSeries[]): Generator<{ score: number; rows: readonly Place[] }> {
  const all = corpus.flatMap(({ scores }, series) =>
    Array.from(scores.subarray(probationOf(scores.length)), (score, i) => ({
      score,
      series,
      row: i + probationOf(scores.length),
    })),
  );
  all.sort((a, b) => b.score - a.score);
  for (let from = 0; from < all.length; ) {
    const score = all[from]?.score ?? Number.NaN;
    let end = from + 1;
    while (all[end]?.score === score) end++;
    yield { score, rows: all.slice(from, end) };
    from = end;
  }
}

/** Tracks what one series earns as detections are added; each `detect` returns the change. */
function createTally({ scores, windows }: NabSeries, profile: NabProfile, gap: number) {
  const worths = worthOf(scores.length, windows, profile);
  const detected = new Uint8Array(scores.length);
  /** Detections that count: with a gap, only those without another shortly before. */
  const counted = new Uint8Array(scores.length);
  const earned = windows.map(() => -profile.fnWeight);
  const update = (row: number, value: 0 | 1): number => {
    if (counted[row] === value) return 0;
    counted[row] = value;
    const window = windows.findIndex(({ first, last }) => row >= first && row <= last);
    const worth = worths[row] ?? 0;
    if (window < 0) return value === 1 ? worth : -worth;
    const before = earned[window] ?? 0;
    const after = earnedIn(windows[window]);
    earned[window] = after;
    return after - before;
  };
  /** Worths fall towards the end of a window, so that the first detection is the best. */
  const earnedIn = (window: Run | undefined): number => {
    const first = window ? counted.subarray(window.first, window.last + 1).indexOf(1) : -1;
    return window && first >= 0 ? (worths[window.first + first] ?? 0) : -profile.fnWeight;
  };
  return {
    detect(row: number): number {
      const repeats = detected.subarray(Math.max(0, row - gap), row).includes(1);
      detected[row] = 1;
      let change = repeats ? 0 : update(row, 1);
      for (let later = row + 1; later <= Math.min(row + gap, scores.length - 1); later++) change += update(later, 0);
      return change;
    },
  };
}

/** The worth of a detection in each row: in a window as its only detection, elsewhere as a false one. */
function worthOf(rows: number, windows: readonly Run[], { tpWeight, fpWeight }: NabProfile): Float64Array {
  const worths = new Float64Array(rows).fill(-fpWeight);
  for (const { first, last } of windows) {
    const width = last - first + 1;
    for (let row = first; row <= last; row++)
      worths[row] = (tpWeight * sigmoid(-(last - row + 1) / width)) / sigmoid(-1);
    for (let row = last + 1; row < rows; row++) worths[row] = fpWeight * sigmoid((row - last) / (width - 1));
  }
  return worths;
}

/** Beyond this many widths after a window, a false detection costs in full. */
const FAR = 3;

/** 1 well before 0, which is the right end of a window, and −1 well after. */
function sigmoid(position: number): number {
  return position >= FAR ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}
