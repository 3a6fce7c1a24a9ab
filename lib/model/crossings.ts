import { DAY_MS, WEEK_MS } from "../time.ts";

/**
 * How often a host's score rises through each of 24 levels, this week and the week before: from these counts the alerts
 * of any epsilon are told beforehand. Rises and not samples are counted, because an alert is one rise, however long the
 * score stays up. Rates of hosts add up. A week that is over drops out whole: that is all the decay there is.
 */
export interface Crossings {
  /** Weeks since the epoch, each from Thursday 00:00 UTC, of the newest count. */
  readonly week: number;
  /** At 2k the rises through edge k in that week, at 2k + 1 in the week before; 255 stands for 255 and more. */
  readonly counts: Uint8Array;
}

const EDGES = 24;
/** Half of what notifies by calendar bands. */
export const FIRST_EDGE = 0.5;
/** The last edge is then 134, beyond what other detectors need. */
export const EDGE_RATIO = 1.275;
/** Levels that are counted, ascending. */
export const CROSSING_EDGES: readonly number[] = Array.from({ length: EDGES }, (_, k) => FIRST_EDGE * EDGE_RATIO ** k);

export const CROSSING_COUNTS = 2 * EDGES;
const COUNT_MAX = 255;

/** A host watched for less is taken as watched for this long: one alert in a first hour is not 168 a week. */
const OBSERVED_MIN_MS = DAY_MS;

export function emptyCrossings(): Crossings {
  return { week: 0, counts: new Uint8Array(CROSSING_COUNTS) };
}

/**
 * Counts the edges with `before` ≤ edge < `after`: scores of two samples in a row, the later one at `time` (ms). An
 * unknown score before (NaN) counts as calm, an unknown one after as no rise. The same object when nothing changes.
 */
export function cross(crossings: Crossings, before: number, after: number, time: number): Crossings {
  const isCrossed = (edge: number) => !(edge < before) && edge < after;
  if (!CROSSING_EDGES.some(isCrossed)) return crossings;
  const week = Math.max(weekOf(time), crossings.week);
  const counts = countsAt(crossings, week);
  for (const [k, edge] of CROSSING_EDGES.entries())
    if (isCrossed(edge)) counts[2 * k] = Math.min(COUNT_MAX, counts[2 * k]! + 1);
  const isSame = week === crossings.week && counts.every((count, i) => count === crossings.counts[i]);
  return isSame ? crossings : { week, counts };
}

/** A copy of the counts as they stand in a later week. */
function countsAt({ week, counts }: Crossings, now: number): Uint8Array {
  if (now <= week) return counts.slice();
  const later = new Uint8Array(CROSSING_COUNTS);
  if (now === week + 1) for (let k = 0; k < EDGES; k++) later[2 * k + 1] = counts[2 * k]!;
  return later;
}

function weekOf(time: number): number {
  return Math.floor(time / WEEK_MS);
}

/**
 * Rises of the score through epsilon in a week, as seen in this week and the one before, or since the host was first
 * seen (`since`, ms) if that is shorter, yet never in less than a day. Between two edges the counts are interpolated
 * over ln epsilon; below the first and above the last stands the count of that edge. Incidents are fewer, since one
 * opens at three anomalies of five samples and rises that follow closely are one.
 */
export function alertsPerWeek(crossings: Crossings, epsilon: number, since: number, now: number): number {
  return at(countsNow(crossings, now), epsilon) * perWeek(since, now);
}

function countsNow(crossings: Crossings, now: number): Float64Array {
  const counts = countsAt(crossings, weekOf(now));
  return Float64Array.from(CROSSING_EDGES, (_, k) => counts[2 * k]! + counts[2 * k + 1]!);
}

/** The factor that makes a weekly rate of these counts. */
function perWeek(since: number, now: number): number {
  const from = Math.max(since, (weekOf(now) - 1) * WEEK_MS);
  return WEEK_MS / Math.max(now - from, OBSERVED_MIN_MS);
}

/** The curve over the edges at epsilon. */
function at(curve: Float64Array, epsilon: number): number {
  const place = Math.min(Math.max(Math.log(epsilon / FIRST_EDGE) / Math.log(EDGE_RATIO), 0), EDGES - 1);
  const k = Math.min(Math.floor(place), EDGES - 2);
  return curve[k]! + (place - k) * (curve[k + 1]! - curve[k]!);
}

/**
 * The smallest epsilon from which on hosts that share it rise through it at most `allowed` times a week together; the
 * first edge if all are within, undefined where even the last edge is crossed more often.
 */
export function epsilonWithin(
  hosts: readonly { readonly crossings: Crossings; readonly since: number }[],
  allowed: number,
  now: number,
): number | undefined {
  const total = new Float64Array(EDGES);
  for (const { crossings, since } of hosts) {
    const rate = perWeek(since, now);
    for (const [k, count] of countsNow(crossings, now).entries()) total[k]! += count * rate;
  }
  let k = EDGES - 1;
  if (total[k]! > allowed) return undefined;
  while (k > 0 && total[k - 1]! <= allowed) k--;
  if (k === 0) return FIRST_EDGE;
  const share = (total[k - 1]! - allowed) / (total[k - 1]! - total[k]!);
  return CROSSING_EDGES[k - 1]! * EDGE_RATIO ** share;
}
