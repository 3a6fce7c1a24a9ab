import { HOUR_MS } from "../time.ts";
import { usualAverages } from "./error-average.ts";
import { softClip } from "./joint.ts";

/** The reconstruction's memory of a host between samples. Each sample rounds it to the precision of its arrays. */
export interface WindowMemory {
  /** (L − 1) D: the tracked values of the samples before, in steps, oldest first; empty: a window begins. */
  readonly past: Int8Array;
  /** D: where each metric has been in the last half day, and its standard deviation around that, in its own unit. */
  readonly level: Float32Array;
  readonly deviation: Float32Array;
  /** Averages of the error (error-average.ts). */
  readonly averages: Float32Array;
}

/** D: the usual value of each metric over the whole history. */
export interface Spread {
  readonly mean: Float64Array;
  /** Standard deviation, never below its floor. */
  readonly sd: Float64Array;
}

/** The past of a window that begins with the next sample. */
export const NO_PAST = new Int8Array(0);

/** The memory before the first sample of a history. */
export function newWindow({ mean, sd }: Spread): WindowMemory {
  return beginning(Float32Array.from(mean, withinSingle), Float32Array.from(sd, withinSingle));
}

/** A memory that knows level and deviation alone, as of a host that was off. */
export function beginning(level: Float32Array, deviation: Float32Array): WindowMemory {
  return { past: NO_PAST, level, deviation, averages: usualAverages() };
}

type Level = Pick<WindowMemory, "level" | "deviation">;

/** The half-life of levels and deviations. */
const HALF_LIFE_MS = 12 * HOUR_MS;
/** They follow values within this many standard deviations. */
const FOLLOWED_MAX = 3;

/**
 * Deviations of values from their level. The unit is the deviation around the level, for metrics that stray more than
 * usual. NaN if a value is missing.
 */
export function tracked({ mean, sd }: Spread, { level, deviation }: Level, values: Float64Array): Float64Array {
  return values.map((value, j) => {
    const z = softClip((value - mean[j]!) / sd[j]!);
    return (z - clipped((level[j]! - mean[j]!) / sd[j]!)) / widthOf(deviation[j]!, sd[j]!);
  });
}

/** The value of `tracked` that makes u. */
export function untracked({ mean, sd }: Spread, { level, deviation }: Level, j: number, u: number): number {
  const z = clipped((level[j]! - mean[j]!) / sd[j]!) + u * widthOf(deviation[j]!, sd[j]!);
  return mean[j]! + sd[j]! * z;
}

function widthOf(deviation: number, sd: number): number {
  return Math.min(Math.max(1, deviation / sd), FOLLOWED_MAX);
}

/** Level and deviation after a sample that comes an interval (ms) after the one before it. */
export function track(spread: Spread, known: Level, values: Float64Array, interval: number): Level {
  const share = 1 - 0.5 ** (interval / HALF_LIFE_MS);
  const [level, deviation] = [known.level.slice(), known.deviation.slice()];
  for (let j = 0; j < values.length; j++) {
    if (Number.isNaN(values[j])) continue;
    const [mean, sd] = [spread.mean[j]!, spread.sd[j]!];
    const z = softClip((values[j]! - mean) / sd);
    const place = clipped((level[j]! - mean) / sd);
    const variance = Math.min(deviation[j]! / sd, FOLLOWED_MAX) ** 2;
    level[j] = withinSingle(mean + sd * (place + share * (clipped(z) - place)));
    deviation[j] = withinSingle(sd * Math.sqrt(variance + share * (clipped(z - place) ** 2 - variance)));
  }
  return { level, deviation };
}

function clipped(z: number): number {
  return Math.max(-FOLLOWED_MAX, Math.min(z, FOLLOWED_MAX));
}

const SINGLE_MAX = 3.4028234663852886e38;

function withinSingle(value: number): number {
  return Math.max(-SINGLE_MAX, Math.min(value, SINGLE_MAX));
}
