import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../time.ts";
import { type Calendar, calendarOf, isWeekend, weekdayOf } from "./calendar.ts";
import type { DayBands } from "./day-bands.ts";
import { AVERAGES, averageRates, distanceFrom, driftOf, HORIZONS, moveAverages, stepped } from "./drift.ts";
import type { Sequence } from "./fused.ts";
import { fifthOfSeven, RECENT, thirdOfFive } from "./persistence.ts";
import { copyOfYoung, moveYoung, newYoung, type Young, youngExcess } from "./young-level.ts";

/**
 * Bands by the calendar: each metric is held against the range that like days had in common at this quarter of an hour,
 * and an excess against how far calm days stray. All readings are on one scale, on which 1 means "notify".
 */
export interface Bands {
  readonly detector: "bands";
  /** D. */
  readonly metrics: number;
  /** Usual time between samples in ms. */
  readonly interval: number;
  /** IANA name of the zone whose calendar counts. */
  readonly zone: string;
  /** That zone's. */
  readonly calendar: Calendar;
  /** Days of which a quarter was seen; with 0 every metric is judged by its level. */
  readonly days: number;
  /** Monday to Friday, and the weekend: the same object unless a metric's weekends lie elsewhere. */
  readonly workday: DayBands;
  readonly weekend: DayBands;
  /** What recurs on one weekday only, by weekday (0 = Monday). */
  readonly weekdays: readonly WeekdayBands[];
  /** 1 for a metric that only counts up: its rate a second is judged. */
  readonly counter: Uint8Array;
  /** Least change that matters. */
  readonly floor: Float64Array;
  /** Excess above and below the band at which five of seven samples notify. */
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** How many times as much three of five samples need; 1 for metrics without bursts. */
  readonly upShort: Float64Array;
  readonly downShort: Float64Array;
  /** D × HORIZONS: the averages at which a lasting level notifies, as shares of `reach`. */
  readonly driftUp: Float64Array;
  readonly driftDown: Float64Array;
  /** Distance at which lasting levels are cut. */
  readonly reach: Float64Array;
  /** The host's own tails, which divide the largest reading of all its metrics; at least 1. */
  readonly tail: number;
  readonly driftTail: number;
  /** Samples of one value after which a gauge is stuck; 0 = it may stay for ever. */
  readonly stuckAfter: Float64Array;
  /** 1 for a metric that nearly every sample had. */
  readonly steady: Uint8Array;
  /** Days until a percentage that grows steadily is full; 0 = it does not. */
  readonly daysLeft: Float64Array;
  /** D: the middle of all slots' medians, lows and highs, shown where a slot has no band yet. */
  readonly typical: Range;
}

/** One number per metric each. */
export interface Range {
  readonly low: Float64Array;
  readonly middle: Float64Array;
  readonly high: Float64Array;
}

/** Bands of one weekday where they differ from those of its kind, by ascending place (slot × D + metric). */
export interface WeekdayBands {
  readonly places: Uint32Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly highest: Float64Array;
  readonly lowest: Float64Array;
}

/** What the detector remembers of a host between samples. */
export interface BandsMemory {
  /** D × RECENT: the last excesses as multiples of their thresholds, newest first. */
  readonly recent: Float64Array;
  /** D × AVERAGES (drift.ts). */
  readonly averages: Float64Array;
  /** D: the slow average of the place within band and threshold, −1 to 1. */
  readonly place: Float64Array;
  /** D: how often in a row the value was that of the sample before, for gauges that can be stuck. */
  readonly run: Float64Array;
  /** D: samples in a row without a value, for metrics that are usually there. */
  readonly gone: Float64Array;
  /** While the host has fewer than two days. */
  readonly young?: Young;
}

export function newBandsMemory({ metrics, days }: Bands): BandsMemory {
  const zeros = (each: number) => new Float64Array(metrics * each);
  const young = days < YOUNG_DAYS ? { young: newYoung(metrics) } : {};
  return { recent: zeros(RECENT), averages: zeros(AVERAGES), place: zeros(1), run: zeros(1), gone: zeros(1), ...young };
}

const YOUNG_DAYS = 2;

/** The bands at one time: row-major tables and the offset of the first metric. */
export interface BandRow extends DayBands {
  readonly offset: number;
}

/** A band is exact to this share of the least change that matters; more would be noise in the store. */
const GRAINS = 64;

/** The steps in which each metric's bands are given. */
export function grainOf(floor: Float64Array): Float64Array {
  return floor.map((least) => least / GRAINS);
}

export function createBands(parts: Omit<Bands, "detector" | "calendar">): Bands {
  return { detector: "bands", ...parts, calendar: calendarOf(parts.zone) };
}

/** The bands that hold at this time (ms since the epoch). */
export function bandRowAt(model: Bands, time: number): BandRow {
  const { day, slot } = model.calendar(time);
  const weekday = weekdayOf(day);
  const usual = isWeekend(weekday) ? model.weekend : model.workday;
  const own = model.weekdays[weekday]!;
  const offset = slot * model.metrics;
  const first = lowerBound(own.places, offset);
  if (!(own.places[first]! < offset + model.metrics)) return { ...usual, offset };
  const row = rowOf(usual, offset, model.metrics);
  for (let i = first; own.places[i]! < offset + model.metrics; i++) {
    const j = own.places[i]! - offset;
    row.high[j] = own.high[i]!;
    row.low[j] = own.low[i]!;
    row.highest[j] = own.highest[i]!;
    row.lowest[j] = own.lowest[i]!;
  }
  return { ...row, offset: 0 };
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

/** The value that is judged: of a counter its rate a second since the sample before; NaN if it began anew. */
export function judgedValue(isCounter: boolean, value: number, before: number, elapsed: number): number {
  if (!isCounter) return value;
  return value >= before && elapsed > 0 ? (SECOND_MS * (value - before)) / elapsed : Number.NaN;
}

export interface BandScores {
  /** One per row, 1 = notify. */
  readonly scores: Float64Array;
  /** Row-major: how far each metric is out by itself, on the scale of the score, with its sign. */
  readonly parts: Float64Array;
  /** Row-major: the values that were judged, with rates in place of counters. */
  readonly judged: Float64Array;
  /** Row-major: the slow average of each metric's place within band and threshold (−1 to 1). */
  readonly places: Float64Array;
  readonly memory: BandsMemory;
}

/** Reads samples in the order of time; the memory that was given stays as it was. */
export function scoreBands(
  model: Bands,
  memory: BandsMemory,
  { values, times, before }: Sequence,
  counts: Counts = () => true,
): BandScores {
  const { metrics } = model;
  const after = copyOf(memory);
  const scores = new Float64Array(times.length);
  const parts = new Float64Array(values.length);
  const judged = new Float64Array(values.length);
  const places = new Float64Array(values.length);
  let previous = before;
  for (let row = 0; row < times.length; row++) {
    const part = (table: Float64Array) => table.subarray(row * metrics, (row + 1) * metrics);
    const sample = { values: part(values), time: times[row]! };
    const elapsed = previous ? sample.time - previous.time : model.interval;
    scores[row] = readSample(model, after, { ...sample, elapsed, before: previous?.values }, counts, {
      parts: part(parts),
      judged: part(judged),
    });
    places.set(after.place, row * metrics);
    previous = sample;
  }
  return { scores, parts, judged, places, memory: after };
}

/** The memory of a host that was off: single samples before that time are over. */
export function unremembered(memory: BandsMemory): BandsMemory {
  return { ...memory, recent: new Float64Array(memory.recent.length) };
}

function copyOf({ recent, averages, place, run, gone, young }: BandsMemory): BandsMemory {
  return {
    recent: recent.slice(),
    averages: averages.slice(),
    place: place.slice(),
    run: run.slice(),
    gone: gone.slice(),
    ...(young ? { young: copyOfYoung(young) } : {}),
  };
}

/** A sample, the one before it, and the milliseconds between them. */
interface Step {
  readonly values: Float64Array;
  /** Undefined for the first of a host. */
  readonly before: Float64Array | undefined;
  readonly time: number;
  readonly elapsed: number;
}

/** Whether a deviation counts, by a person's policy. */
export type Counts = (metric: number, value: number, expected: number) => boolean;

/** After a gap of more intervals than this, what was remembered of single samples is over. */
const GAP_INTERVALS = 3;
const PLACE_HALF_LIFE_MS = 3 * HOUR_MS;
/** Readings of a sign that is no excess: stuck, gone, nearly full. They notify, and are never critical. */
const SIGNAL = 1.05;
/** Nothing is critical before a day was seen. */
const YOUNG_SCORE_MAX = 2.9;
/** Below this a metric's own reading is no trouble that a stuck value could be a part of. */
const CALM = 0.6;

/** Reads one sample, moves the memory on and fills a row of parts and of judged values, all in place. */
function readSample(
  model: Bands,
  memory: BandsMemory,
  step: Step,
  counts: Counts,
  { parts, judged }: Pick<BandScores, "parts" | "judged">,
): number {
  const { metrics, days } = model;
  const { values, before, time, elapsed } = step;
  const row = days > 0 ? bandRowAt(model, time) : undefined;
  const passed = Math.min(elapsed, GAP_INTERVALS * model.interval);
  const rates = averageRates(passed);
  const placeRate = 1 - 0.5 ** (passed / PLACE_HALF_LIFE_MS);
  if (elapsed > GAP_INTERVALS * model.interval) memory.recent.fill(0);
  let [excess, drift, signal] = [0, 0, 0];
  for (let j = 0; j < metrics; j++) {
    const value = judgedValue(model.counter[j] === 1, values[j]!, before?.[j] ?? Number.NaN, elapsed);
    judged[j] = value;
    countRuns(model, memory, j, values[j]!, before?.[j]);
    const own = excessOf(model, memory, row, j, value, passed);
    const isKnown = !Number.isNaN(value);
    const isStuck = isKnown && runsTooLong(model, memory, j);
    const isCounted = isKnown && counts(j, value, row ? row.middle[row.offset + j]! : Number.NaN);
    remember(memory.recent, j * RECENT, isCounted ? own : 0);
    if (row && isKnown) moveLevels(model, memory, row, j, value, rates, placeRate);
    const single = persistentOf(model, memory.recent, j);
    const lasting = days >= DRIFT_DAYS && isCounted ? lastingOf(model, memory.averages, j) : 0;
    const sign = isSignal(model, memory, j, isStuck && Math.abs(single) < CALM) ? SIGNAL : 0;
    excess = Math.max(excess, Math.abs(single));
    drift = Math.max(drift, Math.abs(lasting));
    signal = Math.max(signal, sign);
    parts[j] = strongest(single / model.tail, lasting / model.driftTail, sign);
  }
  const score = Math.max(excess / model.tail, drift / model.driftTail, signal);
  return days === 0 ? Math.min(score, YOUNG_SCORE_MAX) : score;
}

function strongest(...readings: readonly number[]): number {
  return readings.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
}

/** Excesses are kept as singles; larger ones differ in nothing that people do. */
const EXCESS_MAX = 1_000_000;

function remember(recent: Float64Array, offset: number, excess: number): void {
  recent.copyWithin(offset + 1, offset, offset + RECENT - 1);
  recent[offset] = Math.max(-EXCESS_MAX, Math.min(EXCESS_MAX, Math.fround(excess)));
}

/** More samples in a row are not counted. */
export const COUNT_MAX = 65_535;

function countRuns(
  model: Bands,
  { run, gone }: BandsMemory,
  j: number,
  value: number,
  before: number | undefined,
): void {
  run[j] = model.stuckAfter[j]! > 0 && value === before ? Math.min(run[j]! + 1, COUNT_MAX) : 0;
  gone[j] = model.steady[j] === 1 && Number.isNaN(value) ? Math.min(gone[j]! + 1, COUNT_MAX) : 0;
}

function runsTooLong({ stuckAfter }: Bands, { run }: BandsMemory, j: number): boolean {
  return stuckAfter[j]! > 0 && run[j]! + 1 >= stuckAfter[j]!;
}

/** Samples without a value after which a metric that was always there is gone. */
const GONE_MS = 30 * MINUTE_MS;

function isSignal(model: Bands, { gone }: BandsMemory, j: number, isStuck: boolean): boolean {
  return isStuck || (model.steady[j] === 1 && gone[j]! >= GONE_MS / model.interval) || model.daysLeft[j]! > 0;
}

/** How far a value is beyond its band, in thresholds and with its sign; a young host's beyond its level. */
function excessOf(
  model: Bands,
  memory: BandsMemory,
  row: BandRow | undefined,
  j: number,
  value: number,
  passed: number,
) {
  if (Number.isNaN(value)) return 0;
  const high = row ? row.high[row.offset + j]! : Number.NaN;
  const low = row ? row.low[row.offset + j]! : Number.NaN;
  const isNew = Number.isNaN(high);
  const young = memory.young && isNew ? youngExcess(memory.young, j, value, model.floor[j]!) : 0;
  if (memory.young) moveYoung(memory.young, j, value, passed, model.floor[j]!);
  if (isNew) return young;
  return value > high ? (value - high) / model.up[j]! : value < low ? (value - low) / model.down[j]! : 0;
}

/** Moves what follows slowly: the lasting averages and the place within the band. */
function moveLevels(
  model: Bands,
  { averages, place }: BandsMemory,
  { offset, high, low, highest, lowest }: BandRow,
  j: number,
  value: number,
  rates: readonly number[],
  placeRate: number,
): void {
  const [top, bottom] = [high[offset + j]!, low[offset + j]!];
  if (Number.isNaN(top)) return;
  const distance = distanceFrom(value, lowest[offset + j]!, highest[offset + j]!, model.reach[j]!);
  moveAverages(averages, j * AVERAGES, distance, rates);
  const middle = (top + bottom) / 2;
  const room = (top - bottom) / 2 + (value > middle ? model.up[j]! : model.down[j]!);
  place[j] = stepped(place[j]! + placeRate * (Math.max(-1, Math.min(1, (value - middle) / room)) - place[j]!));
}

/** The reading of a metric's last samples: what three of five, or with bursts five of seven, reached. */
function persistentOf(model: Bands, recent: Float64Array, j: number): number {
  const offset = j * RECENT;
  const above = persistentSide(recent, offset, 1, model.upShort[j]!);
  return above > 0 ? above : -persistentSide(recent, offset, -1, model.downShort[j]!);
}

function persistentSide(recent: Float64Array, offset: number, sign: 1 | -1, short: number): number {
  const third = thirdOfFive(recent, offset, sign);
  if (third === 0 || short === 1) return third;
  return Math.max(third / short, fifthOfSeven(recent, offset, sign));
}

/** Levels are judged once there are this many days: the medians of fewer say little about their range. */
const DRIFT_DAYS = 4;

/** The largest of a metric's lasting averages, in thresholds. */
function lastingOf({ driftUp, driftDown }: Bands, averages: Float64Array, j: number): number {
  let largest = 0;
  for (let h = 0; h < HORIZONS; h++) {
    const drift = driftOf(averages, j * AVERAGES, h);
    const reading = drift / (drift > 0 ? driftUp : driftDown)[j * HORIZONS + h]!;
    if (Math.abs(reading) > Math.abs(largest)) largest = reading;
  }
  return largest;
}
