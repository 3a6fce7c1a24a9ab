import { HOUR_MS } from "../time.ts";
import { type Calendar, KINDS_OF_DAY, type KindOfDay, kindOf, SLOT_MS, SLOTS, weekdayOf } from "./calendar.ts";
import { rangeOf, steady } from "./few-values.ts";
import { median } from "./median.ts";

/** Samples of one host in the order of time, of D metrics each; or of several hosts, one after the other. */
export interface History {
  /** D. */
  readonly metrics: number;
  /** Row-major, NaN = missing. */
  readonly values: Float64Array;
  /** Milliseconds since the epoch, ascending for each host. */
  readonly times: Float64Array;
  /** 1 for a row that is not to be learnt from. */
  readonly excluded?: Uint8Array;
}

/**
 * For each slot, metric and local day the range of most of its values, at (slot × D + metric) × days + the day's index.
 * So the days of one slot lie side by side, as bands read them.
 */
export interface SlotDays {
  readonly metrics: number;
  /** Local days, ascending for each host. */
  readonly days: readonly number[];
  /** NaN where too little was seen. */
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly middle: Float64Array;
}

/** A slot counts once half of its samples are there. */
const SEEN_SHARE = 0.5;

/** The place of each row: its day's index among the days, and its slot. */
export interface RowPlaces {
  readonly days: readonly number[];
  readonly day: Int32Array;
  readonly slot: Uint8Array;
}

export function placesOf(times: Float64Array, calendar: Calendar): RowPlaces {
  const days: number[] = [];
  const day = new Int32Array(times.length);
  const slot = new Uint8Array(times.length);
  for (let i = 0; i < times.length; i++) {
    const place = calendar(times[i]!);
    // Where clocks go back over midnight, the end of the day before is met again, as part of the new one. Where time
    // goes back, the next host of a pooled history begins, whose days are days of their own.
    const isNewHost = i > 0 && times[i]! < times[i - 1]!;
    if (days.length === 0 || isNewHost || place.day > days.at(-1)!) days.push(place.day);
    day[i] = days.length - 1;
    slot[i] = place.slot;
  }
  return { days, day, slot };
}

/** The slots of all days. An hour that the clocks repeat has the range of both. */
export function slotDaysOf(history: History, { days, day, slot }: RowPlaces, interval: number): SlotDays {
  const { metrics, times } = history;
  const size = days.length * SLOTS * metrics;
  const [high, low, middle] = [nans(size), nans(size), nans(size)];
  const intervals = intervalsOf(history, interval);
  let first = 0;
  for (let row = 1; row <= times.length; row++) {
    if (row < times.length && day[row] === day[first] && slot[row] === slot[first]) continue;
    for (let j = 0; j < metrics; j++) {
      const sorted = sortedBetween(history, j, first, row);
      if (sorted.length < (SEEN_SHARE * SLOT_MS) / intervals[j]!) continue;
      const place = (slot[first]! * metrics + j) * days.length + day[first]!;
      const range = rangeOf(sorted);
      high[place] = larger(high[place]!, range.high);
      low[place] = -larger(-low[place]!, -range.low);
      middle[place] = sorted[sorted.length >> 1]!;
    }
    first = row;
  }
  const slotDays = { metrics, days, high, low, middle };
  for (let j = 0; j < metrics; j++) steady(slotDays, j, SLOT_MS / intervals[j]!);
  return slotDays;
}

/** How far apart the values of each metric usually are, from its first to its last (ms). */
function intervalsOf({ metrics, values, times }: History, interval: number): Float64Array {
  const [first, last, count] = [
    new Float64Array(metrics),
    new Float64Array(metrics).fill(-1),
    new Float64Array(metrics),
  ];
  for (let i = 0; i < times.length; i++) {
    for (let j = 0; j < metrics; j++) {
      if (Number.isNaN(values[i * metrics + j]!)) continue;
      if (count[j]!++ === 0) first[j] = i;
      last[j] = i;
    }
  }
  return count.map((seen, j) => (Math.max(interval, 1) * (last[j]! - first[j]! + 1)) / seen);
}

/** The values of a metric in these rows, ascending. */
function sortedBetween({ metrics, values, excluded }: History, j: number, from: number, to: number): Float64Array {
  const found = new Float64Array(to - from);
  let count = 0;
  for (let i = from; i < to; i++) {
    const value = values[i * metrics + j]!;
    if (!excluded?.[i] && !Number.isNaN(value)) found[count++] = value;
  }
  return found.subarray(0, count).sort();
}

/** A day of which less was seen says too little about the next to count as one. */
const DAY_SEEN_MS = 6 * HOUR_MS;
/** Unless days are usually that short: then half of the usual time counts, and an hour at least. */
const SHORT_DAY_MS = HOUR_MS;
const SHORT_DAYS_MIN = 2;

/** For each metric the days of which it was seen for long enough, from first to last. */
export function daysSeen({ metrics, values, times, excluded }: History, { days, day }: RowPlaces): Float64Array {
  // At metric × days + the day's index.
  const first = new Float64Array(metrics * days.length).fill(Number.POSITIVE_INFINITY);
  const last = new Float64Array(metrics * days.length);
  for (let i = 0; i < times.length; i++) {
    if (excluded?.[i]) continue;
    for (let j = 0, at = day[i]!; j < metrics; j++, at += days.length) {
      if (Number.isNaN(values[i * metrics + j]!)) continue;
      if (times[i]! < first[at]!) first[at] = times[i]!;
      if (times[i]! > last[at]!) last[at] = times[i]!;
    }
  }
  const spans = last.map((to, at) => to - first[at]!); // −∞ for a day without the metric
  return Float64Array.from({ length: metrics }, (_, j) => {
    const seen = spans.subarray(j * days.length, (j + 1) * days.length);
    const least = leastSeen(seen.subarray(0, -1).filter(Number.isFinite));
    return seen.filter((span) => span >= least).length;
  });
}

/** A morning says nothing about a kind of day; noon to midnight do. */
const KIND_SEEN_MS = 12 * HOUR_MS;

/** The kind of day of which no day was seen for half of it. */
export function unseenKind(times: Float64Array, { days, day }: RowPlaces): KindOfDay | undefined {
  const [first, last] = [new Map<number, number>(), new Map<number, number>()];
  for (let i = 0; i < times.length; i++) {
    if (!first.has(day[i]!)) first.set(day[i]!, times[i]!);
    last.set(day[i]!, times[i]!);
  }
  const seen = new Set(
    days.flatMap((one, d) => (last.get(d)! - first.get(d)! >= KIND_SEEN_MS ? [kindOf(weekdayOf(one))] : [])),
  );
  return seen.size === 0 ? undefined : KINDS_OF_DAY.find((kind) => !seen.has(kind));
}

/**
 * The same places by days of the calendar: in a pooled history the days of several hosts are one. A part of a day that
 * no host sent is unknown, however many hosts there were.
 */
export function byCalendar({ days, day, slot }: RowPlaces): RowPlaces {
  const distinct = [...new Set(days)].sort((a, b) => a - b);
  const index = new Map(distinct.map((one, i) => [one, i]));
  return { days: distinct, day: day.map((d) => index.get(days[d]!)!), slot };
}

/** The part of a day that must be seen, by the parts seen of the days that are over. */
function leastSeen(spans: Float64Array): number {
  if (spans.length < SHORT_DAYS_MIN) return DAY_SEEN_MS;
  return Math.max(SHORT_DAY_MS, Math.min(DAY_SEEN_MS, median(spans) / 2));
}

/** A host was seen for as many days as any of its metrics. */
export function daysOfHost(days: Float64Array): number {
  return days.reduce((most, one) => Math.max(most, one), 0);
}

/** One metric's part of a table: SLOTS × days numbers, the days of a slot side by side, NaN if unknown. */
export function columnOf({ metrics, days }: SlotDays, table: Float64Array, metric: number): Float64Array {
  const column = new Float64Array(SLOTS * days.length);
  for (let slot = 0; slot < SLOTS; slot++) {
    const first = (slot * metrics + metric) * days.length;
    column.set(table.subarray(first, first + days.length), slot * days.length);
  }
  return column;
}

/** The values that are not missing. */
export function known(values: Float64Array): Float64Array {
  const found = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) found[count++] = values[i]!;
  return found.subarray(0, count);
}

function larger(before: number, value: number): number {
  return Number.isNaN(before) ? value : Math.max(before, value);
}

export function nans(size: number): Float64Array {
  return new Float64Array(size).fill(Number.NaN);
}
