import { SLOTS } from "../../lib/model/calendar.ts";
import { dayBands, type Traits } from "../../lib/model/day-bands.ts";
import type { SlotDays } from "../../lib/model/slot-days.ts";

/** Monday 2026-10-05: (date(2026, 10, 5) − date(1970, 1, 1)).days */
const MONDAY = 20_731;
const WEEKDAY = { weekend: false };

/** One metric: each day's range and median at each slot; NaN = unknown. */
function slotDaysOf(days: number, rangeAt: (day: number, slot: number) => readonly [number, number]): SlotDays {
  const table = (pick: (range: readonly [number, number]) => number) =>
    Float64Array.from({ length: SLOTS * days }, (_, i) => pick(rangeAt(i % days, Math.floor(i / days))));
  return {
    metrics: 1,
    days: Array.from({ length: days }, (_, d) => MONDAY + d),
    high: table(([, high]) => high),
    low: table(([low]) => low),
    middle: table(([low, high]) => (low + high) / 2),
  };
}

function traits(changes: Partial<{ unit: number; differs: number; harm: number }> = {}): Traits {
  const { unit = 1_000, differs = 0, harm = 0 } = changes;
  return { unit: Float64Array.of(unit), differs: Uint8Array.of(differs), harm: Uint8Array.of(harm), margin: 2 };
}

const all = (days: number) => Array.from({ length: days }, (_, d) => d);

/** The band of a slot when each day has the given high, and that minus 1 as its low. */
function bandOf(highs: readonly number[], kind: Parameters<typeof dayBands>[2] = WEEKDAY) {
  const slotDays = slotDaysOf(highs.length, (d) => [highs[d]! - 1, highs[d]!]);
  const { high, low } = dayBands(slotDays, all(highs.length), kind, traits());
  return [low[50], high[50]];
}

test("three days bound a slot by their highest and lowest, four by the second, seven by the third", () => {
  expect(bandOf([10, 30, 20])).toEqual([9, 30]);
  expect(bandOf([10, 30, 20, 40])).toEqual([19, 30]);
  expect(bandOf([10, 30, 20, 40, 50, 60, 70])).toEqual([29, 50]);
});

test("one bad day among seven widens no band, nor do two", () => {
  expect(bandOf([10, 10, 99, 10, 10, 10, 10])).toEqual([9, 10]);
  expect(bandOf([10, 10, 99, 10, 10, -99, 10])).toEqual([9, 10]);
  expect(bandOf([10, 10, 99, 10, 98, 10, 10])).toEqual([9, 10]);
  expect(bandOf([10, 10, 99, 10, 98, 10, 97])).toEqual([9, 97]);
});

test("where less is never trouble, the range and the level begin at 0", () => {
  const slotDays = slotDaysOf(3, () => [94, 100]);
  const { high, low, lowest } = dayBands(slotDays, all(3), WEEKDAY, traits({ harm: 1 }));
  expect([low[50], lowest[50], high[50]]).toEqual([0, 0, 100]);
});

test("an event of one weekday is known after two weeks", () => {
  const tuesday = (d: number) => (d % 7 === 1 ? 50 : 10);
  const [one, two] = [all(7).map(tuesday), all(14).map(tuesday)];
  expect(bandOf(one, { weekend: false, weekday: 1 })).toEqual([9, 10]);
  expect(bandOf(two, { weekend: false, weekday: 1 })).toEqual([9, 50]);
  expect(bandOf(two, { weekend: false, weekday: 2 })).toEqual([9, 10]);
});

test("a weekend that lies elsewhere has the bounds of weekends, and by the second of them at most", () => {
  // Weekend highs 1, 9, 3, 2, 5, 4, 8, 7 in four weeks; the weekdays all have 20.
  const weekend = [1, 9, 3, 2, 5, 4, 8, 7];
  const highs = all(28).map((d) => (d % 7 >= 5 ? weekend[2 * Math.floor(d / 7) + (d % 7) - 5]! : 20));
  const slotDays = slotDaysOf(28, (d) => [highs[d]! - 1, highs[d]!]);
  const own = dayBands(slotDays, all(28), { weekend: true }, traits({ differs: 1 }));
  expect([own.low[0], own.high[0]]).toEqual([1, 8]);
  const workday = dayBands(slotDays, all(28), WEEKDAY, traits({ differs: 1 }));
  expect([workday.low[0], workday.high[0]]).toEqual([19, 20]);
  const common = dayBands(slotDays, all(28), { weekend: true }, traits());
  expect([common.low[0], common.high[0]]).toEqual([2, 20]);
});

test("until two weekends were seen, an unlike weekend may be like any day, and weekdays are like weekdays", () => {
  const slotDays = slotDaysOf(14, (d) => (d % 7 >= 5 ? [0, 1] : d === 3 ? [19, 30] : [19, 20]));
  const bandOn = (days: number, weekend: boolean) => {
    const { low, high } = dayBands(slotDays, all(days), { weekend }, traits({ differs: 1 }));
    return [low[0], high[0]];
  };
  expect([6, 7, 13].map((days) => bandOn(days, true))).toEqual([
    [0, 30],
    [0, 30],
    [0, 30],
  ]);
  expect(bandOn(14, true)).toEqual([0, 1]);
  expect([7, 14].map((days) => bandOn(days, false))).toEqual([
    [19, 20],
    [19, 20],
  ]);
});

test("each slot has the widest band of itself and its neighbours, across midnight too", () => {
  const slotDays = slotDaysOf(3, (_, slot) => (slot === 40 ? [2, 30] : slot === 95 ? [5, 40] : [9, 10]));
  const { high, low, middle } = dayBands(slotDays, all(3), WEEKDAY, traits());
  expect([38, 39, 40, 41, 42].map((slot) => high[slot])).toEqual([10, 30, 30, 30, 10]);
  expect([38, 39, 40, 41, 42].map((slot) => low[slot])).toEqual([9, 2, 2, 2, 9]);
  expect([93, 94, 95, 0, 1].map((slot) => high[slot])).toEqual([10, 40, 40, 40, 10]);
  expect(middle[39]).toBe(9.5);
});

test("a slot that no day has stays unknown, and does not affect its neighbours", () => {
  const slotDays = slotDaysOf(3, (_, slot) => (slot === 40 ? [Number.NaN, Number.NaN] : [9, 10]));
  const { high, low, middle, highest, lowest } = dayBands(slotDays, all(3), WEEKDAY, traits());
  for (const table of [high, low, middle, highest, lowest]) expect(table[40]).toBeNaN();
  expect([low[39], high[39], low[41], high[41]]).toEqual([9, 10, 9, 10]);
});

test("days without a slot do not count there", () => {
  // Of seven days five have the slot: the second highest counts.
  const highs = [10, Number.NaN, 30, 20, Number.NaN, 40, 50];
  expect(bandOf(highs)).toEqual([19, 40]);
});

test("a noisier slot than usual has a wider band, and its medians a wider range", () => {
  // Three days of range 12, a unit of 1: 12 / 3 − 1 = 3 units of noise; the band gets 2 × 3 and the medians 1.5 × 3.
  const slotDays = slotDaysOf(3, (d) => [10 + d, 22 + d]);
  const { high, low, highest, lowest } = dayBands(slotDays, all(3), WEEKDAY, traits({ unit: 1 }));
  expect([low[0], high[0], lowest[0], highest[0]]).toEqual([10 - 6, 24 + 6, 16 - 4.5, 18 + 4.5]);
});

test("levels range from the lowest to the highest of the days' medians", () => {
  const slotDays = slotDaysOf(
    4,
    (d) =>
      [
        [4, 6],
        [10, 12],
        [0, 2],
        [20, 30],
      ][d] as [number, number],
  );
  const { middle, highest, lowest } = dayBands(slotDays, all(4), WEEKDAY, traits());
  expect([lowest[0], middle[0], highest[0]]).toEqual([1, 8, 25]);
});

test("the level of a slot reaches half-way to its neighbours on a slope, and all the way at the edge of a job", () => {
  // 10 more in each slot from 30 to 40; a job from slot 60 to 70, which leaps in two steps and ends in one.
  const slopeAt = (slot: number) => Math.max(0, Math.min(100, 10 * (slot - 30)));
  const jobAt = (slot: number) => (slot === 60 ? 40 : slot > 60 && slot <= 70 ? 90 : 0);
  const slotDays = slotDaysOf(3, (_, slot) => [slopeAt(slot) + jobAt(slot), slopeAt(slot) + jobAt(slot)]);
  const { highest, lowest } = dayBands(slotDays, all(3), WEEKDAY, traits());
  const rangeOf = (slot: number) => [lowest[slot], highest[slot]];
  expect([30, 31, 39, 40].map(rangeOf)).toEqual([
    [0, 5],
    [5, 15],
    [85, 95],
    [95, 100],
  ]);
  expect([59, 60, 61, 70, 71].map(rangeOf)).toEqual([
    [100, 140],
    [100, 190],
    [140, 190],
    [100, 190],
    [100, 190],
  ]);
});

test("a job that fills its last slot in part may go on to the slot's end: its end is no slope", () => {
  // It begins in slot 59 and ends early in slot 61. These two are noisy: 1.5 × 90 / 3 more than their medians.
  const ranges = [
    [0, 90, 90],
    [90, 90, 90],
    [0, 90, 0],
  ] as const;
  const at = (slot: number) => ranges[slot - 59] ?? ([0, 0, 0] as const);
  const slotDays = slotDaysOf(3, (_, slot) => [at(slot)[0], at(slot)[1]]);
  const middle = Float64Array.from(slotDays.middle, (_, i) => at(Math.floor(i / 3))[2]);
  const { highest } = dayBands({ ...slotDays, middle }, all(3), WEEKDAY, traits({ unit: 0 }));
  expect([58, 59, 60, 61, 62, 63].map((slot) => highest[slot])).toEqual([135, 135, 135, 90, 45, 0]);
});
