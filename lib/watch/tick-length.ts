import { MINUTE_MS, SECOND_MS } from "../time.ts";

/** How often the values of one metric come. In milliseconds. */
interface Paced {
  /** The time of the newest. */
  readonly at: number;
  /** 0 = not known yet. */
  readonly every: number;
}

/** Until the host's interval is known. */
const FIRST_TICK_MS = MINUTE_MS;
/** Faster senders are judged this often, by the last value. */
export const TICK_MIN_MS = 10 * SECOND_MS;
/** Intervals that people configure, in seconds; the one that is nearest, as a ratio, stands for one with jitter. */
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

/** The interval of the metric that comes most often. */
export function tickLength(metrics: ReadonlyMap<string, Paced>): number {
  let newest = 0;
  for (const { at } of metrics.values()) newest = Math.max(newest, at);
  let least = Number.POSITIVE_INFINITY;
  for (const { at, every } of metrics.values())
    if (every > 0 && newest - at <= STALE_INTERVALS * every) least = Math.min(least, every);
  return Number.isFinite(least) ? Math.max(standard(least), TICK_MIN_MS) : FIRST_TICK_MS;
}

export function standard(every: number): number {
  const at = BOUNDS.findIndex((bound) => every <= bound);
  return STANDARDS[at < 0 ? STANDARDS.length - 1 : at] ?? 0;
}
