import { DAY_MS, MINUTE_MS } from "../time.ts";
import { usualAbsence } from "./absence.ts";
import { type Bands, grainOf, isRead, judgedValue, type WeekdayBands } from "./bands.ts";
import { calendarOf } from "./calendar.ts";
import { countersOf, lastRows } from "./counters.ts";
import { type DayBands, dayBands, type Traits } from "./day-bands.ts";
import { fitDrift } from "./fit-drift.ts";
import { fitJoint } from "./fit-joint.ts";
import { fitTails } from "./fit-tails.ts";
import { changeOf } from "./joint-features.ts";
import { median } from "./median.ts";
import { usualInterval } from "./sequence.ts";
import { daysLeft, signalsOf } from "./signals.ts";
import {
  byCalendar,
  columnOf,
  daysOfHost,
  daysSeen,
  type History,
  known,
  placesOf,
  type SlotDays,
  slotDaysOf,
  unseenKind,
} from "./slot-days.ts";
import { dailyDeviations, floorsOf, isHarm, unitsOf, weekendsDiffer } from "./units.ts";
import { moveYoung, newYoung, type Young } from "./young-level.ts";

/** The share of a file's history from which bands are learnt: the amount that a refit reads by default. */
export const BANDS_WINDOW_MS = 30 * DAY_MS;
/** Units between a band and a strange value: more for hosts of many metrics, any of which may stray. */
const MARGIN = 2;
const MARGIN_PER_LOG = 0.5;
/** Thresholds of the first days are wider: one, two and three days say little about a fourth. */
const AGE_FACTORS = [2, 1.5, 1.2];

/**
 * Learns the bands of a host from its history: all of it, except excluded rows. Order statistics over days limit the
 * effect of one bad day. A time that was never seen has no band, and is not judged. A gauge is judged as it is, even if
 * its values look like a counter's.
 */
export function fitBands(
  raw: History,
  names: readonly string[],
  zone: string,
  isGauge?: (name: string) => boolean,
): Bands {
  const { metrics } = raw;
  const counter = countersOf(lastRows(raw), names, isGauge);
  const rated = withRates(raw, counter);
  const rows = readRows(raw.times);
  const history = rowsOf(rated, rows);
  const interval = usualInterval(history.times);
  const calendar = calendarOf(zone);
  const places = placesOf(history.times, calendar);
  const slotDays = slotDaysOf(history, places, interval);
  const unit = unitsOf(slotDays);
  const traits = {
    unit,
    differs: weekendsDiffer(slotDays, unit),
    harm: Uint8Array.from(names, (name) => Number(isHarm(name))),
    margin: MARGIN + MARGIN_PER_LOG * Math.log(metrics),
  };
  const floor = floorsOf(slotDays, names, (j) => isWhole(history, j));
  const days = daysSeen(history, places);
  const calendarDays = daysSeen(history, byCalendar(places));
  const age = calendarDays.map((count) => AGE_FACTORS[Math.max(0, count - 1)] ?? 1);
  const learnt = { history, places, slotDays, interval, traits, floor, days, age };
  const tails = fitTails(learnt);
  const drift = fitDrift(learnt, dailyDeviations(slotDays));
  // Runs are counted over all samples, as readers count them.
  const { stuckAfter, goneAfter } = signalsOf(raw, names, zone, isGauge);
  const young = daysOfHost(calendarDays) < YOUNG_DAYS ? levelsOf(rated, floor) : undefined;
  const usual = usualBands(slotDays, traits, grainOf(floor));
  const absence = usualAbsence(places);
  const unseen = unseenKind(history.times, places);
  const bands: Bands = {
    detector: "bands",
    metrics,
    interval,
    zone,
    days: daysOfHost(calendarDays),
    counter,
    floor,
    ...usual,
    ...tails,
    ...drift,
    ...{ stuckAfter, goneAfter },
    daysLeft: daysLeft(slotDays, names),
    ...(absence ? { absence } : {}),
    ...(unseen ? { unseen } : {}),
    ...(young ? { young } : {}),
    typical: young ? rangeOf(young, rated, traits) : typicalOf(slotDays),
  };
  const changes = changesOf(rated, bands, rows);
  const joint = fitJoint(bands, { history, changes, places });
  return joint ? { ...bands, joint } : bands;
}

/** Row-major: the changes of the values in these rows since the sample before each. */
function changesOf({ metrics, values, times }: History, bands: Bands, rows: readonly number[]): Float64Array {
  const changes = new Float64Array(rows.length * metrics);
  for (const [to, from] of rows.entries()) {
    const elapsed = from > 0 ? times[from]! - times[from - 1]! : Number.NaN;
    for (let j = 0; j < metrics; j++) {
      const [value, before] = [values[from * metrics + j]!, values[(from - 1) * metrics + j] ?? Number.NaN];
      changes[to * metrics + j] = changeOf(bands, j, value, before, elapsed);
    }
  }
  return changes;
}

/** A host with fewer days is also judged by its levels, where it has no bands yet. */
const YOUNG_DAYS = 2;
/** Longer pauses move a level no further. */
const PAUSE_MAX_MS = 5 * MINUTE_MS;

/** The levels of a short history, after its last row. */
function levelsOf({ metrics, values, times, excluded }: History, floor: Float64Array): Young {
  const young = newYoung(metrics);
  for (let i = 0; i < times.length; i++) {
    const passed = i > 0 ? Math.min(times[i]! - times[i - 1]!, PAUSE_MAX_MS) : 0;
    if (excluded?.[i] || passed < 0) continue;
    for (let j = 0; j < metrics; j++) {
      const value = values[i * metrics + j]!;
      if (!Number.isNaN(value)) moveYoung(young, j, value, passed, floor[j]!);
    }
  }
  return young;
}

/** The rows that a reader would read. */
function readRows(times: Float64Array): readonly number[] {
  return [...times.keys()].filter((i) => i === 0 || isRead(times[i]!, times[i - 1]!));
}

function rowsOf(history: History, rows: readonly number[]): History {
  const { metrics, values, times, excluded } = history;
  if (rows.length === times.length) return history;
  const kept = new Float64Array(rows.length * metrics);
  for (const [to, from] of rows.entries())
    kept.set(values.subarray(from * metrics, (from + 1) * metrics), to * metrics);
  return {
    metrics,
    values: kept,
    times: Float64Array.from(rows, (i) => times[i]!),
    ...(excluded ? { excluded: Uint8Array.from(rows, (i) => excluded[i]!) } : {}),
  };
}

/** The history with rates in place of counters. */
function withRates(history: History, counter: Uint8Array): History {
  if (!counter.includes(1)) return history;
  const { metrics, times } = history;
  const values = history.values.slice();
  for (let j = 0; j < metrics; j++) {
    if (counter[j] === 0) continue;
    for (let i = 0; i < times.length; i++) {
      const before = i > 0 ? history.values[(i - 1) * metrics + j]! : Number.NaN;
      const elapsed = i > 0 ? times[i]! - times[i - 1]! : Number.NaN;
      values[i * metrics + j] = judgedValue(true, history.values[i * metrics + j]!, before, elapsed);
    }
  }
  return { ...history, values };
}

/** Rows that show whether a metric has whole numbers only. */
const WHOLE_ROWS = 500;

function isWhole({ metrics, values, times }: History, j: number): boolean {
  for (let i = Math.max(0, times.length - WHOLE_ROWS); i < times.length; i++) {
    const value = values[i * metrics + j]!;
    if (!Number.isNaN(value) && !Number.isInteger(value)) return false;
  }
  return true;
}

/** Mean distances either way of a level that hold about 95 % of a Gaussian: 2 √(π / 2). */
const RANGE_DEVIATIONS = 2.5;

/** A metric that was never below zero has no range below it. */
function rangeOf(
  { level, deviation }: Young,
  { metrics, values }: History,
  { harm }: Pick<Traits, "harm">,
): Bands["typical"] {
  const reach = deviation.map((distance) => RANGE_DEVIATIONS * distance);
  const isSigned = new Uint8Array(metrics);
  for (let k = 0; k < values.length; k++) if (values[k]! < 0) isSigned[k % metrics] = 1;
  const least = level.map((x, j) => (isSigned[j] ? x - reach[j]! : Math.max(x - reach[j]!, 0)));
  const low = least.map((x, j) => (harm[j] ? Math.min(x, 0) : x));
  return { low, middle: level, high: level.map((x, j) => x + reach[j]!) };
}

function typicalOf(slotDays: SlotDays): Bands["typical"] {
  const middleOf = (table: Float64Array) =>
    Float64Array.from({ length: slotDays.metrics }, (_, j) => median(known(columnOf(slotDays, table, j))) || 0);
  return { low: middleOf(slotDays.low), middle: middleOf(slotDays.middle), high: middleOf(slotDays.high) };
}

/** Bands of workdays and weekends, and of single weekdays where these differ. */
function usualBands(
  slotDays: SlotDays,
  traits: Traits,
  grain: Float64Array,
): Pick<Bands, "workday" | "weekend" | "weekdays"> {
  const all = [...slotDays.days.keys()];
  const bandsOf = (kind: Parameters<typeof dayBands>[2]) => inGrains(dayBands(slotDays, all, kind, traits), grain);
  const workday = bandsOf({ weekend: false });
  const weekend = traits.differs.includes(1) ? bandsOf({ weekend: true }) : workday;
  const weekdays = Array.from({ length: 7 }, (_, weekday) => {
    const isOff = weekday >= 5;
    const own = bandsOf({ weekend: isOff, weekday });
    return differences(isOff ? weekend : workday, own);
  });
  return { workday, weekend, weekdays };
}

function inGrains({ high, low, middle, highest, lowest }: DayBands, grain: Float64Array): DayBands {
  const rounded = (table: Float64Array) =>
    table.map((value, place) => {
      const unit = grain[place % grain.length]!;
      return Math.round(value / unit) * unit;
    });
  return {
    high: rounded(high),
    low: rounded(low),
    middle: rounded(middle),
    highest: rounded(highest),
    lowest: rounded(lowest),
  };
}

function differences(usual: DayBands, own: DayBands): WeekdayBands {
  const places = [...own.high.keys()].filter(
    (i) =>
      (own.high[i]! !== usual.high[i]! && !Number.isNaN(own.high[i]!)) ||
      (own.low[i]! !== usual.low[i]! && !Number.isNaN(own.low[i]!)),
  );
  const pick = (values: Float64Array) => Float64Array.from(places, (i) => values[i]!);
  return {
    places: Uint32Array.from(places),
    high: pick(own.high),
    low: pick(own.low),
    highest: pick(own.highest),
    lowest: pick(own.lowest),
  };
}
