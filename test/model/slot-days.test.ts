import fc from "fast-check";
import { calendarOf, SLOTS } from "../../lib/model/calendar.ts";
import { byCalendar, columnOf, daysSeen, placesOf, slotDaysOf } from "../../lib/model/slot-days.ts";
import { DAY, historyOf, MINUTE, MONDAY, slotsOf } from "./band-history.ts";

const HOUR = 60 * MINUTE;

test("a slot drops one sample of fifteen at each end", () => {
  // 3, 17, 4, 90, −50, then 6 to 15: sorted −50, 3, 4, 6 … 15, 17, 90; without the ends 3 to 17, and the eighth is 10.
  const values = [3, 17, 4, 90, -50, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
  const { slotDays } = slotsOf(historyOf({ days: 15 / 1_440 }, (_, minute) => values[minute]!));
  expect([slotDays.high[0], slotDays.low[0], slotDays.middle[0]]).toEqual([17, 3, 10]);
});

test("the days of a slot lie side by side", () => {
  const history = historyOf(
    { days: 2 },
    (day) => day,
    (day, minute) => 100 * day + Math.floor(minute / 15),
  );
  const { slotDays } = slotsOf(history);
  expect([...slotDays.middle.subarray((40 * 2 + 1) * 2, (40 * 2 + 1) * 2 + 2)]).toEqual([40, 140]);
  expect([...columnOf(slotDays, slotDays.middle, 1).subarray(40 * 2, 40 * 2 + 2)]).toEqual([40, 140]);
});

test.each([
  [10_000, 44, 45],
  [MINUTE, 7, 8],
  [5 * MINUTE, 1, 2],
  [15 * MINUTE, 0, 1],
])(
  "at an interval of %d ms a slot needs half of its samples: %d are too few, %d are enough",
  (interval, few, enough) => {
    const samples = Math.round((15 * MINUTE) / interval);
    const slotWith = (present: number) =>
      historyOf({ days: samples / (DAY / interval), interval }, (_, minute) =>
        (minute * MINUTE) / interval < present ? 5 : Number.NaN,
      );
    expect(slotsOf(slotWith(few), interval).slotDays.middle[0]).toBeNaN();
    expect(slotsOf(slotWith(enough), interval).slotDays.middle[0]).toBe(5);
  },
);

test("a metric that comes every fifth minute needs half of its own three values", () => {
  const everyFifth = (present: (minute: number) => boolean) =>
    historyOf({ days: 1 }, (_, minute) => (minute % 5 === 0 && present(minute) ? 7 : Number.NaN));
  // One of three values from six o'clock on, then two of three from noon on.
  const history = everyFifth((minute) => minute < 360 || minute % 15 === 0 || (minute >= 720 && minute % 15 === 5));
  const { middle } = slotsOf(history).slotDays;
  expect([0, 23, 24, 47, 48, 95].map((slot) => middle[slot])).toEqual([7, 7, Number.NaN, Number.NaN, 7, 7]);
});

test("excluded rows are not learnt from", () => {
  const history = historyOf({ days: 15 / 1_440 }, (_, minute) => minute);
  const excluded = Uint8Array.from({ length: 15 }, (_, i) => (i >= 9 ? 1 : 0));
  // 0 to 8 remain: without one at each end 1 to 7, which of 15 values would be 1.339 times as wide; the middle is 4.
  const { slotDays } = slotsOf({ ...history, excluded });
  const expected = [4 + 3 * 1.339, 4 - 3 * 1.339, 4];
  for (const [k, table] of [slotDays.high, slotDays.low, slotDays.middle].entries())
    expect(table[0]).toBeCloseTo(expected[k]!, 9);
});

test("an hour that the clocks repeat has the range of both", () => {
  // 00:30 UTC and 01:30 UTC are both half past two in Paris on 25 October 2026.
  const history = historyOf({ days: 3 / 24, start: Date.parse("2026-10-25T00:00Z") }, (_, minute) =>
    minute < 60 ? 10 : minute < 120 ? 30 : 20,
  );
  const slotDays = slotDaysOf(history, placesOf(history.times, calendarOf("Europe/Paris")), MINUTE);
  expect([slotDays.low[10], slotDays.high[10]]).toEqual([10, 30]);
  expect([slotDays.low[12], slotDays.high[12]]).toEqual([20, 20]); // three o'clock
});

test("a history that begins in the middle of a day leaves the slots before it unknown", () => {
  const { slotDays } = slotsOf(historyOf({ days: 1, start: MONDAY + 10 * HOUR }, () => 5));
  const seen = (d: number) => Array.from({ length: SLOTS }, (_, slot) => slotDays.middle[slot * 2 + d] === 5);
  expect(seen(0).indexOf(true)).toBe(40);
  expect(seen(1).lastIndexOf(true)).toBe(39);
});

test("days count if a quarter of them was seen, for each metric by itself", () => {
  const history = historyOf(
    { days: 3, start: MONDAY + 19 * HOUR }, // 5 hours of Monday, two whole days, 19 hours of Thursday
    () => 1,
    (day) => (day >= 3 ? 1 : Number.NaN), // those 19 hours
    () => Number.NaN,
  );
  expect([...daysSeen(history, slotsOf(history).places)]).toEqual([3, 1, 0]);
});

test("three hosts that were seen for 80 minutes of one day make no day of the calendar", () => {
  const one = historyOf({ days: 1 }, (_, minute) => (minute < 80 ? 1 : Number.NaN));
  const pooled = { ...one, values: repeated(one.values), times: repeated(one.times) };
  const { places } = slotsOf(pooled);
  expect(places.days).toHaveLength(3);
  expect([...daysSeen(pooled, byCalendar(places))]).toEqual([0]);
});

test.each<[string, readonly number[], number]>([
  ["four hours a day count from the second day on that is over", [240, 240, 240], 3],
  ["one short day does not count while it is unknown that all are short", [240, 240], 0],
  ["a short day among long ones does not count", [240, 900, 900, 900, 240], 3],
  ["less than half of the usual time does not count", [300, 300, 148, 300], 3],
  ["half of the usual time counts", [300, 300, 152, 300], 4],
  ["minutes do not count, however usual they are", [50, 50, 50, 50], 0],
])("where hosts are on for part of the day, %s", (_, minutes, days) => {
  const history = historyOf({ days: minutes.length }, (day, minute) => (minute <= minutes[day]! ? 1 : Number.NaN));
  expect([...daysSeen(history, slotsOf(history).places)]).toEqual([days]);
});

test("low, middle and high never change places", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e100, max: 1e100 }), { minLength: 8, maxLength: 15 }),
      (list) => {
        const { slotDays } = slotsOf(historyOf({ days: 15 / 1_440 }, (_, minute) => list[minute] ?? Number.NaN));
        expect(slotDays.low[0]).toBeLessThanOrEqual(slotDays.middle[0]!);
        expect(slotDays.middle[0]).toBeLessThanOrEqual(slotDays.high[0]!);
      },
    ),
  );
});

function repeated(values: Float64Array): Float64Array {
  return Float64Array.from([...values, ...values, ...values]);
}
