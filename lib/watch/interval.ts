import { HOUR_MS, MINUTE_MS } from "../time.ts";

/** A new host gets time: its interval begins here, or with a longer first gap, and shrinks with every record. */
const FIRST_MS = HOUR_MS;
/** One gap's part in the mean: after 20 records a minute apart the mean is six minutes, after 40 little over one. */
const WEIGHT = 1 / 8;
/** Records closer together were sent in one go, as from a file: they do not show when the next is due. */
const GAP_MIN_MS = 100;
/** Records were kept back if their samples lie this many times as far apart as they do: they do not show it either. */
const KEPT_BACK = 2;
/** Rounds the interval, to save bytes of the state; within four steps of the mean it stands still. */
const STEP_MS = 1_000;

/** A host is silent when this many records in a row are missing, and for at least this long. */
const INTERVALS_MISSED = 3;
const SILENT_MIN_MS = 3 * MINUTE_MS;

/** When a record arrived, and the time of its newest sample, both in milliseconds since the epoch; 0 without one. */
interface Timed {
  readonly arrived: number;
  readonly newest: number;
}

/**
 * How often records of the host arrive (ms), after one more has: a decaying mean of the gaps between them. A backlog
 * that comes after a broken link must not make the host look like one that sends each second.
 */
export function learnedInterval(interval: number, before: Timed, { arrived, newest }: Timed): number {
  const gap = arrived - before.arrived;
  if (before.arrived === 0 || gap < GAP_MIN_MS) return interval;
  if (before.newest > 0 && newest - before.newest > KEPT_BACK * gap) return interval;
  const mean = interval === 0 ? Math.max(gap, FIRST_MS) : interval + (gap - interval) * WEIGHT;
  return Math.max(Math.round(mean / STEP_MS), 1) * STEP_MS;
}

/** A host without records for longer than this (ms) is silent. */
export function quietMax(interval: number): number {
  return Math.max(INTERVALS_MISSED * interval, SILENT_MIN_MS);
}
