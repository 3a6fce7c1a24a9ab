import { HOUR_MS, MINUTE_MS } from "../time.ts";

/**
 * A level may leave its band for hours although no sample is far out. So each metric has averages of its distance from
 * the range of the days' medians. The first is a guard that follows within minutes: once the level is back, so is it.
 */
const HALF_LIVES_MS = [5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS];
/** Averages of one metric: the guard and one per horizon. */
export const AVERAGES = HALF_LIVES_MS.length;
export const HORIZONS = AVERAGES - 1;

/** The share of the way that each average moves in that time (ms). */
export function averageRates(elapsed: number): readonly number[] {
  return HALF_LIVES_MS.map((halfLife) => 1 - 0.5 ** (elapsed / halfLife));
}

/** The signed distance from [lowest, highest], as a share of `most`, at which it is cut. */
export function distanceFrom(value: number, lowest: number, highest: number, most: number): number {
  const distance = value > highest ? value - highest : value < lowest ? value - lowest : 0;
  return Math.max(-1, Math.min(1, distance / most));
}

/** Moves the averages of one metric, in place. */
export function moveAverages(averages: Float64Array, offset: number, distance: number, rates: readonly number[]): void {
  for (let k = 0; k < AVERAGES; k++) {
    const before = averages[offset + k]!;
    averages[offset + k] = stepped(before + rates[k]! * (distance - before));
  }
}

/** Averages from −1 to 1 are kept in 16 bits. Rounding here makes stored and computed ones the same. */
export const STEPS = 32_767;

export function stepped(value: number): number {
  return Math.round(value * STEPS) / STEPS + 0; // no negative zero, which the store does not have
}

/** How far a horizon's average is out, with its sign: no further than the guard, and 0 when they disagree. */
export function driftOf(averages: Float64Array, offset: number, horizon: number): number {
  const guard = averages[offset]!;
  const average = averages[offset + 1 + horizon]!;
  if (guard > 0 !== average > 0) return 0;
  return guard > 0 ? Math.min(guard, average) : Math.max(guard, average);
}
