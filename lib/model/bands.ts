import { MINUTE_MS, SECOND_MS, WEEK_MS } from "../time.ts";
import { USUALLY_OFF, USUALLY_ON } from "./absence.ts";
import { calendarOf, type KindOfDay, kindOf, SLOT_MS, SLOTS, WEEKDAYS, weekdayOf } from "./calendar.ts";
import type { DayBands } from "./day-bands.ts";
import type { Joint, JointLimits } from "./joint.ts";
import type { Young } from "./young-level.ts";

/**
 * Bands by the calendar. Each metric is compared with the range that similar days had in common at this quarter of an
 * hour. An excess is compared with the excesses of calm days. All readings are on one scale, on which 1 means an alert.
 */
export interface Bands {
  readonly detector: "bands";
  /** D. */
  readonly metrics: number;
  /** Usual time between samples in ms. */
  readonly interval: number;
  /** IANA name of the zone whose calendar counts. */
  readonly zone: string;
  /** Days of which at least a quarter was seen; with 0 every metric is judged by its level. */
  readonly days: number;
  /** Monday to Friday, and the weekend: the same object unless a metric's weekends lie elsewhere. */
  readonly workday: DayBands;
  readonly weekend: DayBands;
  /** Patterns of one weekday only, by weekday (0 = Monday). */
  readonly weekdays: readonly WeekdayBands[];
  /** The kind of day that was never seen, for which the other stands; absent once both were. */
  readonly unseen?: KindOfDay;
  /** 1 for a metric that only counts up: its rate a second is judged. */
  readonly counter: Uint8Array;
  /** Least change that matters. */
  readonly floor: Float64Array;
  /** Excess above and below the band at which five of seven samples alert. */
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** How many times as much three of five samples need; 1 for metrics without bursts. */
  readonly upShort: Float64Array;
  readonly downShort: Float64Array;
  /** D × HORIZONS: the averages at which a lasting level alerts, as shares of `reach`. */
  readonly driftUp: Float64Array;
  readonly driftDown: Float64Array;
  /** Distance at which lasting levels are cut. */
  readonly reach: Float64Array;
  /** The host's own tails, which divide the largest reading of all its metrics; at least 1. */
  readonly tail: number;
  readonly driftTail: number;
  /** The tail of the joint drift of all metrics (drift-reading.ts); absent in the first week, and in older models. */
  readonly jointDriftTail?: number;
  /** Samples of one value after which a gauge is stuck; 0 = it may stay for ever. */
  readonly stuckAfter: Float64Array;
  /** Samples without the metric after which it is gone, an hour at least; 0 = it may be missing for ever. */
  readonly goneAfter: Float64Array;
  /** Days until a percentage that grows steadily is full; 0 = it does not fill. */
  readonly daysLeft: Float64Array;
  /** All metrics together; absent in the first days. */
  readonly joint?: Joint & JointLimits;
  /** When the host is usually off and on (absence.ts); absent for one that is never off. */
  readonly absence?: Uint8Array;
  /** The levels at the end of the history, for a host that has fewer than two days. */
  readonly young?: Young;
  /** D: the middle of all slots' medians, lows and highs, shown where a slot has no band yet. */
  readonly typical: Range;
}

/** One number per metric each. */
interface Range {
  readonly low: Float64Array;
  readonly middle: Float64Array;
  readonly high: Float64Array;
}

/** Bands of one weekday where they differ from the bands of its kind of day, by ascending place (slot × D + metric). */
export interface WeekdayBands {
  readonly places: Uint32Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly highest: Float64Array;
  readonly lowest: Float64Array;
}

/** The bands at one time: row-major tables, the offset of the first metric, and the place in the week. */
export interface BandRow extends DayBands {
  readonly offset: number;
  /** 0 = Monday. */
  readonly weekday: number;
  readonly slot: number;
  /** The kind of this day, if no day like it was seen. */
  readonly unseen: KindOfDay | undefined;
}

/** A band is exact to this share of the least change that matters; more would be noise in the store. */
const GRAINS = 64;

/** The steps in which each metric's bands are given. */
export function grainOf(floor: Float64Array): Float64Array {
  return floor.map((least) => least / GRAINS);
}

/** The bands that hold at this time (ms since the epoch). */
export function bandRowAt(model: Bands, time: number): BandRow {
  const { day, slot } = calendarOf(model.zone)(time);
  const weekday = weekdayOf(day);
  const kind = kindOf(weekday);
  const usual = model[kind];
  const own = model.weekdays[weekday]!;
  const offset = slot * model.metrics;
  const first = lowerBound(own.places, offset);
  const place = { weekday, slot, unseen: model.unseen === kind ? kind : undefined };
  if (!(own.places[first]! < offset + model.metrics)) return { ...usual, offset, ...place };
  const row = rowOf(usual, offset, model.metrics);
  for (let i = first; own.places[i]! < offset + model.metrics; i++) {
    const j = own.places[i]! - offset;
    row.high[j] = own.high[i]!;
    row.low[j] = own.low[i]!;
    row.highest[j] = own.highest[i]!;
    row.lowest[j] = own.lowest[i]!;
  }
  return { ...row, offset: 0, ...place };
}

/** The same for times that mostly follow one another: a quarter of an hour has one row. */
export function bandRowsOf(model: Bands): (time: number) => BandRow {
  const calendar = calendarOf(model.zone);
  let [day, slot] = [Number.NaN, Number.NaN];
  let row: BandRow | undefined;
  return (time) => {
    const now = calendar(time);
    if (row && now.day === day && now.slot === slot) return row;
    ({ day, slot } = now);
    row = bandRowAt(model, time);
    return row;
  };
}

/**
 * Whether this is no weekend, and the metrics that alert by themselves would be usual at one: a holiday, or work that
 * came to nobody. A burst may lead back into a workday's band. Only hosts whose weekends differ can be told apart.
 */
export function isLikeWeekend(model: Bands, time: number, values: Float64Array, alone: Float64Array): boolean {
  const { metrics, workday, weekend, up, down } = model;
  const { day, slot } = calendarOf(model.zone)(time);
  if (weekend === workday || model.unseen || kindOf(weekdayOf(day)) === "weekend") return false;
  const fits = ({ high, low }: DayBands, j: number) => {
    const place = slot * metrics + j;
    return !(values[j]! > high[place]! + up[j]!) && !(values[j]! < low[place]! - down[j]!);
  };
  const out = [...values.keys()].filter((j) => Math.abs(alone[j]!) > 1);
  return out.some((j) => !fits(workday, j)) && out.every((j) => fits(weekend, j) || fits(workday, j));
}

/** Days of bands that show when a host is usually off. */
const ABSENCE_DAYS_MIN = 3;
/** Hosts are switched off some minutes sooner or later. */
const ABSENCE_AHEAD_SLOTS = 2;
/** A host has this long to come back, from the time on at which it is usually on again. */
const BACK_WITHIN_SLOTS = 4;

/**
 * If the host usually sends nothing at this time (ms) or soon after it: the time by which it is usually back. It is
 * seven days later if the host has no such time.
 */
export function usuallyBackBy(model: Bands, time: number): number | undefined {
  if (model.days < ABSENCE_DAYS_MIN) return undefined;
  const off = slotsFrom(time, ABSENCE_AHEAD_SLOTS + 1).find((then) => {
    const absence = absenceAt(model, then);
    return absence === USUALLY_OFF || (absence !== USUALLY_ON && !hasBand(model, bandRowAt(model, then)));
  });
  if (off === undefined) return undefined;
  const on = slotsFrom(off, WEEKDAYS * SLOTS).find((then) => absenceAt(model, then) === USUALLY_ON);
  return on === undefined ? time + WEEK_MS : on + BACK_WITHIN_SLOTS * SLOT_MS;
}

/** The beginnings of quarters of an hour (ms), from that of `time` on. */
function slotsFrom(time: number, count: number): readonly number[] {
  const first = Math.floor(time / SLOT_MS);
  return Array.from({ length: count }, (_, ahead) => (first + ahead) * SLOT_MS);
}

function absenceAt({ zone, absence }: Bands, time: number): number | undefined {
  const { day, slot } = calendarOf(zone)(time);
  return absence?.[weekdayOf(day) * SLOTS + slot];
}

/** Whether any metric has a band at this time. */
export function hasBand({ metrics }: Bands, { high, offset }: BandRow): boolean {
  return high.subarray(offset, offset + metrics).some((one) => !Number.isNaN(one));
}

function rowOf({ high, low, middle, highest, lowest }: DayBands, offset: number, metrics: number): DayBands {
  const row = (values: Float64Array) => values.slice(offset, offset + metrics);
  return { high: row(high), low: row(low), middle: row(middle), highest: row(highest), lowest: row(lowest) };
}

/** Index of the first place at or behind this one. */
function lowerBound(places: Uint32Array, place: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]! < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Samples closer together than this are read once a minute: persistence is a matter of minutes, and so are bands. */
const CLOSE_MS = MINUTE_MS / 2;

/** Whether a sample is read, by its time and the time of the sample before it (ms). */
export function isRead(time: number, before: number): boolean {
  return Math.abs(time - before) > CLOSE_MS || Math.floor(time / MINUTE_MS) !== Math.floor(before / MINUTE_MS);
}

/** After a gap of more intervals than this, the memory of single samples is dropped. */
export const GAP_INTERVALS = 3;

/** The value to judge: for a counter its rate per second since the sample before; NaN if it began anew. */
export function judgedValue(isCounter: boolean, value: number, before: number, elapsed: number): number {
  if (!isCounter) return value;
  return value >= before && elapsed > 0 ? (SECOND_MS * (value - before)) / elapsed : Number.NaN;
}
