import { HOUR_MS, MINUTE_MS, WEEK_MS } from "../time.ts";
import { calendarOf, SLOTS } from "./calendar.ts";
import { countersOf, lastRows } from "./counters.ts";
import { median } from "./median.ts";
import { usualInterval } from "./sequence.ts";
import { columnOf, type History, known, placesOf, type RowPlaces, type SlotDays } from "./slot-days.ts";
import { isPercent } from "./units.ts";

/** A sign that is no excess (stuck, gone, filling), as a multiple of epsilon: it alerts, and is never critical. */
export const SIGNAL = 1.05;

/** The usual presence of the metrics and their usual rest, for every detector. */
export interface Signals {
  /** Usual time between samples in ms. */
  readonly interval: number;
  /** Samples of one value after which a gauge is stuck; 0 = it may stay for ever. */
  readonly stuckAfter: Float64Array;
  /** Samples without the metric after which it is gone, an hour at least; 0 = it may be missing for ever. */
  readonly goneAfter: Float64Array;
}

/** Learns them from a history. A metric that only counts up is no gauge: there may have been no events. */
export function signalsOf(
  history: History,
  names: readonly string[],
  zone: string,
  isGauge?: (name: string) => boolean,
): Signals {
  const interval = usualInterval(history.times);
  const counter = countersOf(lastRows(history), names, isGauge);
  const places = placesOf(history.times, calendarOf(zone));
  const stuck = stuckAfter(history, places, interval);
  return {
    interval,
    stuckAfter: stuck.map((samples, j) => (counter[j] ? 0 : samples)),
    goneAfter: goneAfter(history, places, interval),
  };
}

/** A gauge is stuck after ten times its usual longest run of one value, and after half an hour at least. */
const STUCK_MS = 30 * MINUTE_MS;
const RUNS = 10;
/** A metric that rests for longer than this many samples on an ordinary day is no gauge that moves. */
const RESTING_SAMPLES = 20;
const STUCK_DAYS_MIN = 2;

/** For each metric the samples of one value after which it is stuck, 0 for never, by the runs of the last week. */
function stuckAfter(history: History, places: RowPlaces, interval: number): Float64Array {
  const { metrics, values, excluded } = history;
  return Float64Array.from({ length: metrics }, (_, j) => {
    if (places.days.length < STUCK_DAYS_MIN) return 0;
    const runs = longestRuns(history, places, (i, before) => {
      const value = values[i * metrics + j]!;
      if (Number.isNaN(value) || excluded?.[i]) return 0;
      return before > 0 && value === values[(i - 1) * metrics + j]! ? before + 1 : 1;
    });
    // A day that is shorter than ten of its longest runs, such as a new host's first, does not show the usual run.
    const shown = runs.map(({ longest, samples }) => (RUNS * longest > samples ? Number.POSITIVE_INFINITY : longest));
    const usual = usualOf(shown, places);
    return usual === 0 || usual > RESTING_SAMPLES ? 0 : Math.max(STUCK_MS / interval, RUNS * usual);
  });
}

/** A metric is gone after three times its usual longest gap, and after an hour at least (`isGone`). */
const GAPS = 3;
/** A metric that is missing for longer on an ordinary day comes and goes. */
const USUAL_GAP_MAX_MS = HOUR_MS;
/** A metric that was missing for longer on any day has left, or skips that weekday. */
const GAP_MAX_MS = 18 * HOUR_MS;

/** For each metric the samples without a value after which it is gone, 0 for never, by the gaps of the last week. */
function goneAfter(history: History, places: RowPlaces, interval: number): Float64Array {
  const { metrics, values, excluded } = history;
  return Float64Array.from({ length: metrics }, (_, j) => {
    const isMissing = (i: number) => Number.isNaN(values[i * metrics + j]!) && !excluded?.[i];
    const runs = longestRuns(history, places, (i, before) => (isMissing(i) ? before + 1 : 0));
    const gaps = runs.map(({ longest }) => longest);
    const usual = usualOf(gaps, places);
    const comesAndGoes = usual * interval > USUAL_GAP_MAX_MS || Math.max(...gaps) * interval > GAP_MAX_MS;
    return comesAndGoes ? 0 : Math.max(1, GAPS * usual);
  });
}

interface DayRun {
  /** Samples. */
  readonly longest: number;
  /** Samples of the day. */
  readonly samples: number;
}

/**
 * The longest run of each day of the last week. `next` continues a run of `before` samples with row i, or ends it. A
 * run ends with its day, so that one night that is out of the ordinary makes one day so.
 */
function longestRuns(
  { times }: History,
  { day }: RowPlaces,
  next: (i: number, before: number) => number,
): readonly DayRun[] {
  const runs = new Map<number, DayRun>();
  let run = 0;
  for (let i = firstOfWeek(times); i < times.length; i++) {
    const known = runs.get(day[i]!);
    run = next(i, known ? run : 0);
    runs.set(day[i]!, { longest: Math.max(run, known?.longest ?? 0), samples: (known?.samples ?? 0) + 1 });
  }
  return [...runs.values()];
}

/** The longest of these runs, a day each; the second longest after two days, as one bad day must not hide the next. */
function usualOf(runs: readonly number[], { days }: RowPlaces): number {
  const sorted = runs.toSorted((a, b) => b - a);
  return sorted[Math.min(sorted.length - 1, days.length > STUCK_DAYS_MIN ? 1 : 0)] ?? 0;
}

function firstOfWeek(times: Float64Array): number {
  const newest = times.at(-1) ?? 0;
  return times.findIndex((time) => time > newest - WEEK_MS);
}

const TREND_DAYS = 7;
const TREND_DAYS_MIN = 4;
/** Points a day; a slower growth leaves months. */
const TREND_MIN = 0.3;
/** Each day's growth lies between these multiples of the usual one: growth that comes and goes fills nothing. */
const STEADY_GROWTH = [0.4, 2.5] as const;
const WARN_DAYS = 10;
const FULL = 100;

/** For each metric the days until it is full at the growth of the last week, 0 where it does not fill within ten. */
export function daysLeft(slotDays: SlotDays, names: readonly string[]): Float64Array {
  const days = slotDays.days.length;
  const recent = [...slotDays.days.keys()].slice(-TREND_DAYS);
  return Float64Array.from(names, (name, j) => {
    if (!isPercent(name)) return 0;
    const middle = columnOf(slotDays, slotDays.middle, j);
    const medians = recent.map((d) => dayMedian(middle, days, d)).filter((x) => !Number.isNaN(x));
    if (medians.length < TREND_DAYS_MIN) return 0;
    const growth = Float64Array.from(medians.slice(1), (x, i) => x - medians[i]!);
    const usual = median(growth.slice());
    const isSteady = growth.every((x) => x > STEADY_GROWTH[0] * usual && x < STEADY_GROWTH[1] * usual);
    const left = (FULL - medians.at(-1)!) / usual;
    return usual > TREND_MIN && isSteady && left < WARN_DAYS ? Math.max(left, Number.MIN_VALUE) : 0;
  });
}

/** A day of which less than a quarter was seen has no median to compare. */
const DAY_SLOTS_MIN = SLOTS / 4;

function dayMedian(middle: Float64Array, days: number, d: number): number {
  const slots = known(middle.filter((_, i) => i % days === d));
  return slots.length > DAY_SLOTS_MIN ? median(slots) : Number.NaN;
}
