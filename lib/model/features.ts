import { DAY_MS } from "../time.ts";

/**
 * The features of the fused detector: each metric's value x, its change d since the sample before and its distance h
 * from the usual value at that hour of the day. Features of one kind lie together: x of all metrics, then d, then h,
 * which is left out while there is no profile.
 */

export const HOURS = 24;

/**
 * The mean of each metric in each hour of the day (UTC): hour × metrics numbers. Between the middles of the hours it is
 * interpolated.
 */
export type Profile = Float64Array;

/** A change over more than this many intervals is no first difference. */
const GAP_INTERVALS = 2;

/** Whether a sample at `time` follows the one at `before` so closely that their difference means something (ms). */
export function follows(time: number, before: number, interval: number): boolean {
  return time > before && time - before <= GAP_INTERVALS * interval;
}

export function hourOf(time: number): number {
  return Math.floor((((time % DAY_MS) + DAY_MS) % DAY_MS) / (DAY_MS / HOURS));
}

/** Between which two hours' middles a time lies, as places in a profile, and how far towards the second (0 to 1). */
function betweenHours(
  time: number,
  metrics: number,
): { readonly from: number; readonly to: number; readonly weight: number } {
  const position = HOURS * (time / DAY_MS - Math.floor(time / DAY_MS)) - 0.5;
  const hour = Math.floor(position);
  return { from: ((hour + HOURS) % HOURS) * metrics, to: ((hour + 1) % HOURS) * metrics, weight: position - hour };
}

/** How much more a host's features deviate in each hour than over the whole day, at least 1: nights have backups. */
export type Unrest = Float64Array;

export function unrestAt(unrest: Unrest, time: number): number {
  const { from, to, weight } = betweenHours(time, 1);
  return (1 - weight) * unrest[from]! + weight * unrest[to]!;
}

/** The usual value of one metric at this time of day. */
export function usualAt(profile: Profile, metrics: number, metric: number, time: number): number {
  const { from, to, weight } = betweenHours(time, metrics);
  return (1 - weight) * profile[from + metric]! + weight * profile[to + metric]!;
}

/**
 * Writes the features of the row at `offset` to `out` at `to`. `before` holds the previous row at `beforeOffset`;
 * without it the differences are missing (NaN).
 */
export function writeFeatures(
  values: Float64Array,
  offset: number,
  before: Float64Array | undefined,
  beforeOffset: number,
  time: number,
  profile: Profile | undefined,
  metrics: number,
  out: Float64Array,
  to: number,
): void {
  const [d, h] = [to + metrics, to + 2 * metrics];
  for (let j = 0; j < metrics; j++) out[to + j] = values[offset + j]!;
  if (before) for (let j = 0; j < metrics; j++) out[d + j] = values[offset + j]! - before[beforeOffset + j]!;
  else out.fill(Number.NaN, d, h);
  if (!profile) return;
  const hours = betweenHours(time, metrics);
  const [later, earlier] = [hours.weight, 1 - hours.weight];
  for (let j = 0; j < metrics; j++) {
    out[h + j] = values[offset + j]! - (earlier * profile[hours.from + j]! + later * profile[hours.to + j]!);
  }
}
