import { follows, type Profile, type Unrest, unrestAt, writeFeatures } from "./features.ts";
import { whiten } from "./marginal.ts";
import { type Smoothed, smooth, UNSMOOTHED } from "./smoothing.ts";
import { isDue, type Tracked, type Tracking, track, untracked } from "./tracker.ts";
import { dot } from "./vectors.ts";

/**
 * The fused detector: value, change and distance from the hourly profile of each metric, standardised and softly
 * clipped, then judged twice, each feature by itself and all of them by their correlations. Either view alone loses on
 * some fleets; the sum of their roots never falls far below the better one. p = 2D or 3D features for D metrics.
 */
export interface Fused {
  readonly detector: "fused";
  /** D. */
  readonly metrics: number;
  /** Mean of each of the p features. */
  readonly mean: Float64Array;
  /** Standard deviation of each feature, never below its floor. */
  readonly sd: Float64Array;
  /** 1 / sd. */
  readonly precision: Float64Array;
  /** Usual values by hour of the day; absent in the first day, when there are no residuals. */
  readonly profile?: Profile;
  /** How much more the host's features deviate at each hour of the day; with a profile only. */
  readonly unrest?: Unrest;
  /** Mean of the clipped z of each feature in training, unrest taken off. */
  readonly centre: Float64Array;
  /** W = L⁻¹ with S = L Lᵀ, the shrunk covariance of clipped z: packed (triangle.ts), in single precision. */
  readonly whitening: Float64Array;
  /** Whether the two largest squares of W u count at most `CAP` times the third. */
  readonly capped: boolean;
  /** Usual time between samples in ms. */
  readonly interval: number;
}

export function createFused(parts: Omit<Fused, "detector" | "precision" | "capped">, capped = true): Fused {
  return { detector: "fused", ...parts, capped, precision: parts.sd.map((sd) => 1 / sd) };
}

/** The detector's memory of a host between samples. */
export interface FusedMemory extends Tracked, Smoothed {}

export function newMemory(model: Fused): FusedMemory {
  return { ...untracked(model.mean.length), ...UNSMOOTHED };
}

/** One sample, of D values. */
export interface Before {
  readonly values: Float64Array;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Samples of one host in the order of time. */
export interface Sequence {
  /** Row-major, D values each, NaN = missing. */
  readonly values: Float64Array;
  /** Milliseconds since the epoch, ascending. */
  readonly times: ArrayLike<number>;
  /** The sample before the first; absent for the first ever, whose change is then taken as none. */
  readonly before?: Before;
}

export interface FusedScores {
  /** One per row, smoothed. About 4 for a normal sample, whatever the host. */
  readonly scores: Float64Array;
  /** One per row: the average of minutes alone, which echoes for less long. */
  readonly recent: Float64Array;
  readonly memory: FusedMemory;
}

const CLIP = 5;
/** Times the third largest square of W u: the most that each of the two largest counts. */
const CAP = 4;

/** |z| up to 5 stays; beyond, it grows by its logarithm: one broken metric must not drown all others. */
export function softClip(z: number): number {
  if (z <= CLIP && z >= -CLIP) return z;
  return Math.sign(z) * CLIP * (1 + Math.log(Math.min(Math.abs(z), Number.MAX_VALUE) / CLIP));
}

/** The score of few features scatters more than that of many: nearly twice for one metric, hardly from five on. */
const FEW_FEATURES = 8;

/** The factor that turns an epsilon for all hosts into that of a host with that many features. */
export function scaleOf(features: number): number {
  return 1 + FEW_FEATURES / features ** 2;
}

/**
 * Scores a sequence and moves the memory on; the one given stays as it was. `counted` returns the part of a row's own
 * score that counts. The rest is left out before smoothing, so that it does not linger in the scores after it.
 */
export function scoreFused(
  model: Fused,
  memory: FusedMemory,
  sequence: Sequence,
  tracking: Tracking,
  counted: (row: number, raw: number) => number = (_, raw) => raw,
): FusedScores {
  const { times, before } = sequence;
  const { raw, tracked } = scoreRows(model, memory, sequence, tracking);
  const first = before ? before.time : times[0]! - model.interval;
  const intervals = raw.map((_, row) => (times[row]! - (times[row - 1] ?? first)) / model.interval);
  const own = raw.map((score, row) => counted(row, score));
  const { scores, recent, smoothed } = smooth(memory, own, intervals);
  return { scores, recent, memory: { ...tracked, ...smoothed } };
}

/** The score of one sample by itself, before smoothing; NaN where every metric is missing. */
export function rawAlone(model: Fused, tracked: Tracked, sample: Before, before: Before | undefined): number {
  const { values, time } = sample;
  return scoreRow(model, tracked, { values, times: [time], ...(before ? { before } : {}) }, 0);
}

/** Each metric's part in one row: the sum of z² of its value, its change and its distance from the profile. */
export function contributionsOf(model: Fused, sequence: Sequence, row: number): Float64Array {
  const contributions = new Float64Array(model.metrics);
  for (const [j, z] of deviationsOf(model, sequence, row).entries()) {
    if (!Number.isNaN(z)) contributions[j % model.metrics]! += z * z;
  }
  return contributions;
}

/** Clipped z of the p features of one row, divided by the unrest of its time of day. */
function deviationsOf(model: Fused, sequence: Sequence, row: number): Float64Array {
  const { metrics, mean, precision, profile, unrest } = model;
  const { values, times } = sequence;
  const features = new Float64Array(mean.length);
  const [before, beforeOffset] = rowBefore(model, sequence, row);
  writeFeatures(values, row * metrics, before, beforeOffset, times[row]!, profile, metrics, features, 0);
  const calm = unrest ? 1 / unrestAt(unrest, times[row]!) : 1;
  return features.map((x, j) => softClip((x - mean[j]!) * precision[j]!) * calm);
}

/** Where the row before a row is; undefined when that one is too long ago. The first ever changed by nothing. */
function rowBefore({ metrics, interval }: Fused, { values, times, before }: Sequence, row: number) {
  if (row > 0) {
    const near = follows(times[row]!, times[row - 1]!, interval);
    return [near ? values : undefined, (row - 1) * metrics] as const;
  }
  if (!before) return [values, 0] as const;
  return [follows(times[0]!, before.time, interval) ? before.values : undefined, 0] as const;
}

/** Scores before smoothing, NaN where every metric is missing, and level and width as moved on. */
function scoreRows(model: Fused, memory: Tracked, sequence: Sequence, tracking: Tracking) {
  const { times } = sequence;
  const raw = new Float64Array(times.length);
  let tracked = memory;
  for (let row = 0; row < times.length; row++) {
    raw[row] = scoreRow(model, tracked, sequence, row);
    const elapsed = times[row]! - tracked.trackedAt;
    if (!isDue(elapsed, model.interval, tracking)) continue;
    // Copied when first moved: the memory that was given stays as it was.
    if (tracked === memory) tracked = { ...memory, level: memory.level.slice(), width: memory.width.slice() };
    track(tracked, deviationsOf(model, sequence, row), elapsed, tracking, model.interval);
    tracked = { ...tracked, trackedAt: times[row]! };
  }
  return { raw, tracked };
}

/** u = (z − level) / √max(1, width) − centre, judged over the features that are present. */
function scoreRow(model: Fused, { level, width }: Tracked, sequence: Sequence, row: number): number {
  const u = deviationsOf(model, sequence, row);
  let squares = 0;
  let present = 0;
  for (let j = 0; j < u.length; j++) {
    const v = (u[j]! - level[j]!) / Math.sqrt(Math.max(1, width[j]!));
    u[j] = v - model.centre[j]!;
    if (Number.isNaN(v)) continue;
    squares += v * v;
    present++;
  }
  const whitened = whiten(model.whitening, u);
  const isCapped = model.capped && u.length >= CAPPED_FEATURES_MIN;
  const length = dot(whitened, whitened) - (isCapped ? excessOf(whitened) : 0);
  return (Math.sqrt(squares / present) + Math.sqrt(length / present)) ** 2;
}

/** One or two of a handful of directions are no crowd that they could outshout. */
const CAPPED_FEATURES_MIN = 12;

/** By how much the two largest squares exceed `CAP` times the third. */
function excessOf(values: Float64Array): number {
  let [first, second, third] = [0, 0, 0];
  for (const value of values) {
    const square = value * value;
    if (square > first) [first, second, third] = [square, first, second];
    else if (square > second) [second, third] = [square, second];
    else if (square > third) third = square;
  }
  return Math.max(0, first - CAP * third) + Math.max(0, second - CAP * third);
}
