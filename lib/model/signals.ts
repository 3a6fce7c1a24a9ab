import { MINUTE_MS, WEEK_MS } from "../time.ts";
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
  /** 1 for a metric that nearly every sample had. */
  readonly steady: Uint8Array;
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
  const stuck = stuckAfter(history, placesOf(history.times, calendarOf(zone)), interval);
  return { interval, stuckAfter: stuck.map((samples, j) => (counter[j] ? 0 : samples)), steady: steadyOf(history) };
}

/** A gauge is stuck after ten times its usual longest run of one value, and after half an hour at least. */
const STUCK_MS = 30 * MINUTE_MS;
const RUNS = 10;
/** A metric that rests for longer than this many samples on an ordinary day is no gauge that moves. */
const RESTING_SAMPLES = 20;
const STUCK_DAYS_MIN = 2;

/**
 * For each metric the samples of one value after which it is stuck, 0 for never, by the runs of the last week. A run
 * ends with its day, so that one stuck night is the longest run of one day only.
 */
function stuckAfter(history: History, { days, day }: RowPlaces, interval: number): Float64Array {
  const { metrics, values, times, excluded } = history;
  const first = firstOfWeek(times);
  return Float64Array.from({ length: metrics }, (_, j) => {
    const longest = new Map<number, number>();
    const samples = new Map<number, number>();
    let run = 0;
    for (let i = first; i < times.length; i++) {
      const value = values[i * metrics + j]!;
      const isSame = i > first && day[i] === day[i - 1] && value === values[(i - 1) * metrics + j]!;
      run = Number.isNaN(value) || excluded?.[i] ? 0 : isSame ? run + 1 : 1;
      longest.set(day[i]!, Math.max(run, longest.get(day[i]!) ?? 0));
      samples.set(day[i]!, (samples.get(day[i]!) ?? 0) + 1);
    }
    if (days.length < STUCK_DAYS_MIN) return 0;
    // A day that is shorter than ten of its longest runs, such as a new host's first, does not show the usual run.
    const runs = [...longest].map(([d, most]) => (RUNS * most > samples.get(d)! ? Number.POSITIVE_INFINITY : most));
    // One stuck day among the others must not hide the next.
    const sorted = runs.sort((a, b) => b - a);
    const usual = sorted[Math.min(sorted.length - 1, days.length > STUCK_DAYS_MIN ? 1 : 0)] ?? 0;
    return usual === 0 || usual > RESTING_SAMPLES ? 0 : Math.max(STUCK_MS / interval, RUNS * usual);
  });
}

const STEADY_SHARE = 0.9;

/** For each metric 1 where nearly every sample of the last week has a value. */
function steadyOf({ metrics, values, times }: History): Uint8Array {
  const first = firstOfWeek(times);
  return Uint8Array.from({ length: metrics }, (_, j) => {
    let present = 0;
    for (let i = first; i < times.length; i++) if (!Number.isNaN(values[i * metrics + j]!)) present++;
    return present > STEADY_SHARE * (times.length - first) ? 1 : 0;
  });
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
