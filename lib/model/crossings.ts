import { WEEK_MS } from "../time.ts";

/**
 * The alerts that a host would have raised at each of 24 levels of epsilon, this week and the week before. Each level
 * has alerts of its own that open and end as deployed: a score that hovers at a level counts once. A week that is over
 * is dropped whole; no other decay is needed.
 */
export interface Crossings {
  /** Weeks since the epoch, each from Thursday 00:00 UTC, of the newest count. */
  readonly week: number;
  /** At 2k the alerts of level k in that week, at 2k + 1 in the week before; 255 stands for 255 and more. */
  readonly counts: Uint8Array;
  /** The open alerts of the lowest levels: one that is open at a level is open at all below it. */
  readonly open: readonly OpenAlert[];
}

/** Times are in milliseconds since the epoch. */
export interface OpenAlert {
  readonly since: number;
  /** Its last sample that was not calm; absent while the newest one is not. */
  readonly last?: number;
  /** Its last sample above the level; absent while the newest one is. */
  readonly above?: number;
}

/** How an alert ends. */
export interface Ending {
  /** The highest score that is calm at an epsilon; it grows with epsilon. */
  readonly clear: (epsilon: number) => number;
  /** How long it must be calm after trouble of this length, in milliseconds; it grows with the length. */
  readonly calm: (length: number) => number;
  /** How long scores may hover below the level before it ends in any case, in milliseconds. */
  readonly hover: number;
}

const LEVELS = 24;
/** Half of the alerting score of calendar bands. */
export const FIRST_EDGE = 0.5;
/** The last level is then 134, above the needs of other detectors. */
export const EDGE_RATIO = 1.275;
/** Ascending. */
export const CROSSING_EDGES: readonly number[] = Array.from({ length: LEVELS }, (_, k) => FIRST_EDGE * EDGE_RATIO ** k);

export const CROSSING_COUNTS = 2 * LEVELS;
const COUNT_MAX = 255;

export function emptyCrossings(): Crossings {
  return { week: 0, counts: new Uint8Array(CROSSING_COUNTS), open: [] };
}

/** A sample in order, and when the one before it was (ms; 0 = none). */
export interface Crossing {
  readonly score: number;
  readonly time: number;
  readonly before: number;
}

/** Adds a sample. An unknown score (NaN) changes nothing. Returns the same object when nothing changes. */
export function cross(crossings: Crossings, { score, time, before }: Crossing, ending: Ending): Crossings {
  const isCalm = crossings.open.length === 0 && !(score > FIRST_EDGE);
  if (isCalm || Number.isNaN(score)) return crossings;
  const open: OpenAlert[] = [];
  const opened: number[] = [];
  for (const [k, level] of CROSSING_EDGES.entries()) {
    const alert = crossings.open[k];
    const after = alert ? goOn(alert, level, { score, time, before }, ending) : undefined;
    if (after) open.push(after);
    else if (!alert && score > level) {
      open.push({ since: time });
      opened.push(k);
    } else break;
  }
  const isSame = open.length === crossings.open.length && open.every((alert, k) => alert === crossings.open[k]);
  if (isSame) return crossings;
  return { ...counted(crossings, opened, weekOf(time)), open };
}

/** The alert after one more sample; undefined when it is over. */
function goOn(
  alert: OpenAlert,
  level: number,
  { score, time, before }: Crossing,
  { clear, calm, hover }: Ending,
): OpenAlert | undefined {
  const { since, last = before, above = before } = alert;
  if (score > level) return alert.above === undefined ? alert : { since };
  const isCalm = !(score > clear(level));
  if ((isCalm && time - last >= calm(last - since)) || time - above >= hover) return undefined;
  if (alert.above !== undefined && isCalm === (alert.last !== undefined)) return alert;
  return { since, ...(isCalm ? { last } : {}), above };
}

function counted(crossings: Crossings, levels: readonly number[], now: number): Pick<Crossings, "week" | "counts"> {
  if (levels.length === 0) return crossings;
  const week = Math.max(now, crossings.week);
  const counts = countsAt(crossings, week);
  for (const k of levels) counts[2 * k] = Math.min(COUNT_MAX, counts[2 * k]! + 1);
  return { week, counts };
}

/** A copy of the counts as they stand in a later week. */
function countsAt({ week, counts }: Crossings, now: number): Uint8Array {
  if (now <= week) return counts.slice();
  const later = new Uint8Array(CROSSING_COUNTS);
  if (now === week + 1) for (let k = 0; k < LEVELS; k++) later[2 * k + 1] = counts[2 * k]!;
  return later;
}

function weekOf(time: number): number {
  return Math.floor(time / WEEK_MS);
}

/** Alerts that hosts together would have raised. */
export interface Alerts {
  /** How long they were seen, in milliseconds: up to two weeks. */
  readonly seen: number;
  /** In that time, at each level. */
  readonly counts: Float64Array;
}

/** The alerts of these hosts, of which the first was seen `since` (ms; 0 = not yet), in this week and the last. */
export function alertsOf(
  hosts: readonly { readonly crossings: Crossings; readonly since: number }[],
  now: number,
): Alerts {
  const counts = new Float64Array(LEVELS);
  let first = now;
  for (const { crossings, since } of hosts) {
    if (since === 0) continue;
    first = Math.min(first, since);
    const ofHost = countsAt(crossings, weekOf(now));
    for (let k = 0; k < LEVELS; k++) counts[k]! += ofHost[2 * k]! + ofHost[2 * k + 1]!;
  }
  return { seen: now - Math.max(first, countedFrom(now)), counts };
}

/** When the counts of this week and the last begin. */
export function countedFrom(now: number): number {
  return (weekOf(now) - 1) * WEEK_MS;
}

/** Alerts at epsilon: between two levels interpolated over ln epsilon, beyond the ends the alerts of the last level. */
export function alertsAt({ counts }: Alerts, epsilon: number): number {
  const place = Math.min(Math.max(Math.log(epsilon / FIRST_EDGE) / Math.log(EDGE_RATIO), 0), LEVELS - 1);
  const k = Math.min(Math.floor(place), LEVELS - 2);
  return counts[k]! + (place - k) * (counts[k + 1]! - counts[k]!);
}

/**
 * The smallest epsilon at which, and at every larger one, there are at most `allowed` alerts. It is the first level if
 * that holds for all; undefined if even the last level has more.
 */
export function epsilonWithin({ counts }: Alerts, allowed: number): number | undefined {
  let k = LEVELS - 1;
  if (counts[k]! > allowed) return undefined;
  while (k > 0 && counts[k - 1]! <= allowed) k--;
  if (k === 0) return FIRST_EDGE;
  const share = (counts[k - 1]! - allowed) / (counts[k - 1]! - counts[k]!);
  return CROSSING_EDGES[k - 1]! * EDGE_RATIO ** share;
}
