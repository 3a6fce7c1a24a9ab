import { HOUR_MS, MINUTE_MS } from "../time.ts";

/**
 * The level of each metric of a host whose bands are not known yet. It follows within minutes, so that a first morning
 * is no incident, and one large step is.
 */
export interface Young {
  readonly level: Float64Array;
  /** Mean distance from the level. */
  readonly deviation: Float64Array;
  /** Samples seen. */
  readonly seen: Float64Array;
}

const LEVEL_HALF_LIFE_MS = 20 * MINUTE_MS;
const DEVIATION_HALF_LIFE_MS = 2 * HOUR_MS;
/** A level of fewer samples is no level. */
export const SEEN_MIN = 30;
/** The size of a large step: this many floors or deviations, or this share of the level. */
const FLOORS = 2;
const DEVIATIONS = 10;
const SHARE = 0.5;
/** Smaller readings count as 0. */
const READING_MIN = 0.3;
/** One sample moves the level by no more than this many deviations. */
const CUT = 3;
/** For the deviation it counts as no more than two: trouble of hours must not become usual meanwhile. */
const DEVIATION_CUT = 2;

export function newYoung(metrics: number): Young {
  return {
    level: new Float64Array(metrics),
    deviation: new Float64Array(metrics),
    seen: new Float64Array(metrics),
  };
}

export function copyOfYoung({ level, deviation, seen }: Young): Young {
  return { level: level.slice(), deviation: deviation.slice(), seen: seen.slice() };
}

/** How far a value is from its level, in thresholds and with its sign. */
export function youngExcess({ level, deviation, seen }: Young, j: number, value: number, floor: number): number {
  if (seen[j]! < SEEN_MIN) return 0;
  const threshold = Math.max(FLOORS * floor, DEVIATIONS * deviation[j]!, SHARE * Math.abs(level[j]!));
  const reading = (value - level[j]!) / threshold;
  return Math.abs(reading) < READING_MIN ? 0 : reading;
}

/**
 * Moves level and deviation of one metric, in place, by a value that came `passed` ms after the one before. A metric
 * that has not moved so far moves by a part of its floor.
 */
export function moveYoung(young: Young, j: number, value: number, passed: number, floor: number): void {
  const { level, deviation, seen } = young;
  if (seen[j] === 0) level[j] = single(value);
  const count = ++seen[j]!;
  const distance = value - level[j]!;
  const most = count > SEEN_MIN ? Math.max(deviation[j]!, floor / DEVIATIONS) : Number.POSITIVE_INFINITY;
  const cut = Math.max(-CUT * most, Math.min(CUT * most, distance));
  level[j] = single(level[j]! + Math.max(1 - 0.5 ** (passed / LEVEL_HALF_LIFE_MS), 1 / count) * cut);
  const moved = Math.min(Math.abs(distance), DEVIATION_CUT * most) - deviation[j]!;
  const rate = Math.max(1 - 0.5 ** (passed / DEVIATION_HALF_LIFE_MS), 1 / count);
  deviation[j] = single(deviation[j]! + rate * moved);
}

/** Levels are stored as singles, of which this is about the largest. */
const SINGLE_MAX = 3.4e38;

function single(value: number): number {
  return Math.fround(Math.max(-SINGLE_MAX, Math.min(SINGLE_MAX, value)));
}
