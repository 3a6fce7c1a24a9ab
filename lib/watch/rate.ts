import { SECOND_MS } from "../time.ts";
import { TICK_MIN_MS } from "./tick-length.ts";

/** A value of a total that only grows, and its time (ms). */
interface Total {
  readonly value: number;
  readonly at: number;
}

/** A total's growth over more than so many of its intervals is no rate of now. */
const RATE_INTERVALS_MAX = 3;

/**
 * What a total whose values come `every` so often (ms) grew by in a second; NaN where it shrank, as after a restart,
 * and after a gap.
 */
export function rateOf(before: Total, now: Total, every: number): number {
  const gap = now.at - before.at;
  const grown = now.value - before.value;
  const isGap = gap > RATE_INTERVALS_MAX * Math.max(every, TICK_MIN_MS);
  return isGap || !(grown >= 0) ? Number.NaN : (grown / gap) * SECOND_MS;
}
