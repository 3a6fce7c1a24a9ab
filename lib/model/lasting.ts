import { WEEK_MS } from "../time.ts";

const LASTING_MS = WEEK_MS;

/**
 * The place of the first sample of the last week, or of the whole history if it is shorter. Only if more than half of
 * the samples from there are strange: trouble that lasts so long is normal here. Undefined otherwise. Times are
 * ascending milliseconds.
 */
export function lastingFrom(times: Float64Array, isStrange: (place: number) => boolean): number | undefined {
  const newest = times.at(-1) ?? 0;
  const first = times.findIndex((time) => time > newest - LASTING_MS);
  let count = 0;
  for (let i = first; i < times.length; i++) if (isStrange(i)) count++;
  return 2 * count > times.length - first ? first : undefined;
}
