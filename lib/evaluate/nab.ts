/**
 * The scoring of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015; rules as in its sweeper): the first detection in an
 * anomaly window earns up to 1, the more the earlier; a window without one costs, and so does each detection outside, less
 * so just after a window. One threshold for the whole corpus, the best there is.
 */
import type { Run } from "./events.ts";

export interface NabSeries {
  readonly scores: Float64Array;
  /** In order of time; they do not overlap. */
  readonly windows: readonly Run[];
  /** For runs of detections: those at most this many rows apart are one. */
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
  /** 0 for a detector that never speaks, 100 for one that finds the first row of every window and nothing else. */
  readonly score: number;
  /** A sample is detected when its score is at least this. */
  readonly threshold: number;
}

/** Every detection counts (`all`, NAB's own rule), or only the first of each run of them (`first`), as an alert would say it. */
export type NabDetections = "all" | "first";

const PROBATION_SHARE = 0.15;
const PROBATION_ROWS_MAX = 750;

/** Rows at the start of a series that are there to learn from; nothing in them is scored. */
export function probationOf(rows: number): number {
  return Math.min(Math.floor(PROBATION_SHARE * rows), PROBATION_ROWS_MAX);
}

/** The corpus's score at the threshold that makes it best; of equals the highest. */
export function nabScore(corpus: readonly NabSeries[], profile: NabProfile, detections: NabDetections): NabScore {
  const tallies = corpus.map((series) => createTally(series, profile, detections === "all" ? 0 : series.alertGap));
  const windows = corpus.reduce((sum, series) => sum + series.windows.length, 0);
  const silent = -profile.fnWeight * windows;
  let total = silent;
  let best = { total, threshold: Number.POSITIVE_INFINITY };
  for (const { score, rows } of byScore(corpus)) {
    for (const { series, row } of rows) total += tallies[series]?.detect(row) ?? 0;
    if (total > best.total) best = { total, threshold: score };
  }
  const perfect = profile.tpWeight * windows;
  return { score: (100 * (best.total - silent)) / (perfect - silent), threshold: best.threshold };
}

interface Place {
  readonly series: number;
  readonly row: number;
}

/** The rows after probation in groups of equal scores, the highest first. */
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

/** Keeps what one series earns while detections are added to it; each `detect` returns the change. */
function createTally({ scores, windows }: NabSeries, profile: NabProfile, gap: number) {
  const worths = worthOf(scores.length, windows, profile);
  const detected = new Uint8Array(scores.length);
  /** Detections that count: with a gap, those that none is shortly before. */
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

/** What a detection in each row is worth: in a window as the window's only one, elsewhere as a false one. */
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
