import { HOUR_MS, MINUTE_MS } from "../time.ts";
import type { HostState } from "./state.ts";

/**
 * A host of which little is known is given time: its interval begins here, if its first gap is not longer, and shrinks
 * with every record.
 */
const FIRST_MS = HOUR_MS;
/** One gap's part in the mean: after 20 records a minute apart it is five minutes, after 40 little more than one. */
const WEIGHT = 1 / 8;
/** Records closer together were sent in one go, like those of a file, and say nothing about when the next is due. */
const GAP_MIN_MS = 100;
/** What it is rounded to, because the stored state has no byte to spare: within four of the mean it stands still. */
const STEP_MS = 1_000;

/** A host is silent when so many of its records in a row did not come, and for so long. */
const INTERVALS_MISSED = 3;
const SILENT_MIN_MS = 3 * MINUTE_MS;

/** How often records of the host arrive (ms), after one more has: a decaying mean of the gaps between them. */
export function learnedInterval({ interval, arrived }: HostState, arrival: number): number {
  const gap = arrival - arrived;
  if (arrived === 0 || gap < GAP_MIN_MS) return interval;
  const mean = interval === 0 ? Math.max(gap, FIRST_MS) : interval + (gap - interval) * WEIGHT;
  return Math.max(Math.round(mean / STEP_MS), 1) * STEP_MS;
}

/** For how long nothing is said of a host (ms) whose records do not come: longer, and it is silent. */
export function quietMax(interval: number): number {
  return Math.max(INTERVALS_MISSED * interval, SILENT_MIN_MS);
}
