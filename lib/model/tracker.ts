import { HOUR_MS, MINUTE_MS } from "../time.ts";

/**
 * Usual values drift between fits, host by host, and an epsilon that fits one host would not fit the next. So the
 * tracker follows each feature's level and width online, slowly and within bounds: a long incident can shift its own z
 * by no more than 3 and shrink it by no more than a factor of 3. Level and width are in units of the model's z.
 */
export interface Tracked {
  readonly level: Float64Array;
  /** Mean square of z − level, at most 9. */
  readonly width: Float64Array;
  /** Time of the sample they were last moved by, in ms; 0 = never. */
  readonly trackedAt: number;
}

const HALF_LIFE_MS = 12 * HOUR_MS;
const BOUND = 3;

export interface Tracking {
  /** Level and width move at most this often (ms): one sample in ten minutes suffices (docs/detector.md). */
  readonly every: number;
  /** Steps per unit to which level and width are rounded, so that stored and computed values agree; absent: not. */
  readonly steps?: number;
}

/** 16 bits each are enough: a level within ±3 and a width up to 9 in steps of 1/4096. */
export const STEPS_PER_UNIT = 4_096;
export const THINNED: Tracking = { every: 10 * MINUTE_MS, steps: STEPS_PER_UNIT };

export function untracked(features: number): Tracked {
  return { level: new Float64Array(features), width: new Float64Array(features).fill(1), trackedAt: 0 };
}

/** Whether it is time to move level and width. Samples half an interval early count as on time. */
export function isDue(elapsed: number, interval: number, { every }: Tracking): boolean {
  return elapsed >= every - interval / 2;
}

/**
 * Moves level and width, in place, by the z of one sample. Missing features (NaN) stay. A gap counts as no more than
 * two steps: time in which nothing was seen tells nothing.
 */
export function track(
  { level, width }: Tracked,
  z: Float64Array,
  elapsed: number,
  { every, steps }: Tracking,
  interval: number,
): void {
  const rate = 1 - 0.5 ** (Math.min(elapsed, 2 * Math.max(every, interval)) / HALF_LIFE_MS);
  for (let j = 0; j < level.length; j++) {
    const x = z[j]!;
    if (Number.isNaN(x)) continue;
    const distance = Math.min(Math.abs(x - level[j]!), BOUND);
    level[j]! += rate * (Math.max(-BOUND, Math.min(BOUND, x)) - level[j]!);
    width[j]! += rate * (distance * distance - width[j]!);
    if (!steps) continue;
    level[j] = Math.round(level[j]! * steps) / steps;
    width[j] = Math.round(width[j]! * steps) / steps;
  }
}
