import { SECOND_MS } from "../time.ts";
import { TICK_MIN_MS } from "./tick-length.ts";

/** A value of a total that only grows, and its time (ms). */
interface Total {
  readonly value: number;
  readonly at: number;
}

/** Growth over more than this many intervals of a total is no current rate. */
const RATE_INTERVALS_MAX = 3;

/**
 * The growth per second of a total whose values come `every` so often (ms); NaN if it shrank, as after a restart, and
 * after a gap.
 */
export function rateOf(before: Total, now: Total, every: number): number {
  const gap = now.at - before.at;
  const grown = now.value - before.value;
  const isGap = gap > RATE_INTERVALS_MAX * Math.max(every, TICK_MIN_MS);
  return isGap || !(grown >= 0) ? Number.NaN : (grown / gap) * SECOND_MS;
}
