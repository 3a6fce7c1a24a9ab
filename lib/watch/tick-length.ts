import { MINUTE_MS, SECOND_MS } from "../time.ts";

/** How often the values of metrics come, by their places. In milliseconds. */
interface Paced {
  /** The time of the newest; NaN or a hole = none. */
  readonly at: readonly number[];
  /** 0 = not known yet. */
  readonly every: readonly number[];
}

/** The length of a tick for a host with an unknown interval. */
export const FIRST_TICK_MS = MINUTE_MS;
/** Hosts that send more often are judged this often, by the last value. */
export const TICK_MIN_MS = 10 * SECOND_MS;
/** Intervals that people configure, in seconds; an interval with jitter counts as the nearest one, by ratio. */
const STANDARDS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600].map((seconds) => seconds * SECOND_MS);
/** The geometric means of neighbours. */
const BOUNDS = STANDARDS.slice(1).map((next, i) => Math.sqrt(next * (STANDARDS[i] ?? 0)));
/** One gap's part in the mean interval of a metric that comes less often than before. */
const WEIGHT = 1 / 8;
/** A metric whose values no longer decide how long a tick is. */
const STALE_INTERVALS = 10;

/** A value that comes earlier shows the interval at once; one that is missing now and then hardly changes it. */
export function intervalAfter(every: number, gap: number): number {
  return every === 0 || gap < every ? gap : every + (gap - every) * WEIGHT;
}

/** The interval of the metric that comes most often; undefined while it is not known. */
export function tickLength({ at, every }: Paced): number | undefined {
  let newest = 0;
  for (const time of at) if (time > newest) newest = time;
  let least = Number.POSITIVE_INFINITY;
  for (let place = 0; place < at.length; place++) {
    const own = every[place] ?? 0;
    if (own > 0 && own < least && newest - (at[place] ?? 0) <= STALE_INTERVALS * own) least = own;
  }
  return Number.isFinite(least) ? lengthOf(least) : undefined;
}

function lengthOf(every: number): number {
  return Math.max(standard(every), TICK_MIN_MS);
}

/** The configured interval that a measured one stands for. */
export function standard(every: number): number {
  let at = 0;
  while (at < BOUNDS.length && every > (BOUNDS[at] ?? 0)) at++;
  return STANDARDS[at] ?? 0;
}

/** Waiting values, each with its distance from the one before if both lie in this tick. */
interface WaitingTick extends Paced {
  readonly time: number;
}

/**
 * A first interval counts once values lie this many of them apart. All values up to two ticks before the newest have
 * come. So a shorter interval would have shown: the standards are at least a third apart.
 */
const INTERVALS_SEEN = 3;
/** After this long without a second value, a host sends no more often than each minute. */
const FIRST_WAIT_MS = 2 * FIRST_TICK_MS;

/**
 * The tick length of a host with unknown intervals, from its waiting values (oldest first) and its metrics. Undefined
 * while a shorter interval may yet show. Values without room also show that time passes.
 */
export function firstLength(waiting: readonly WaitingTick[], metrics: Paced): number | undefined {
  const newest = [...metrics.at];
  let [first, least] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let last = waiting.at(-1)?.time ?? 0;
  for (const at of metrics.at) if (at < first) first = at;
  for (const { at: times, every } of waiting) {
    for (let place = 0; place < times.length; place++) {
      const at = times[place] ?? Number.NaN;
      if (Number.isNaN(at)) continue;
      const apart = Math.abs(at - (newest[place] ?? Number.NaN));
      for (const gap of [every[place] ?? 0, apart]) if (gap > 0 && gap < least) least = gap;
      newest[place] = at;
      first = Math.min(first, at);
      last = Math.max(last, at);
    }
  }
  const length = lengthOf(least);
  if (Number.isFinite(least) && last - first >= INTERVALS_SEEN * length) return length;
  return last - first >= FIRST_WAIT_MS ? FIRST_TICK_MS : undefined;
}
