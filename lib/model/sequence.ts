import { MINUTE_MS } from "../time.ts";
import { median } from "./median.ts";

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
  /** The sample before the first; absent for the first ever. */
  readonly before?: Before;
}

/** Whether these are times of several hosts, one after the other: time goes back. */
export function isPooled(times: Float64Array): boolean {
  return times.some((time, i) => i > 0 && time < times[i - 1]!);
}

/** Samples over which an interval is measured: two at once and a pause are one interval on average. */
const INTERVALS = 10;

/** The usual time between two samples (ms), of times in their order. */
export function usualInterval(times: Float64Array): number {
  const count = Math.min(INTERVALS, times.length - 1);
  return median(times.subarray(count).map((time, i) => (time - times[i]!) / count)) || MINUTE_MS;
}
