import { daysLeft, signalsOf } from "../../lib/model/signals.ts";
import type { History } from "../../lib/model/slot-days.ts";
import { historyOf, MINUTE, slotsOf } from "./band-history.ts";

/** A gauge, even where its values only rise. */
function stuckAfterOf(history: History): number {
  return signalsOf(history, ["gauge"], "UTC", () => true).stuckAfter[0]!;
}

/** The samples after which a metric of these values is stuck. */
function stuckAfterDays(days: number, valueAt: (day: number, minute: number) => number, interval = MINUTE): number {
  const history = historyOf({ days, interval }, valueAt);
  return stuckAfterOf(history);
}

/** Each value comes so many times in a row. */
const inRuns = (length: number) => (_: number, minute: number) => Math.floor(minute / length);

test("a gauge that repeats one value is stuck after ten times its longest run", () => {
  expect(stuckAfterDays(3, inRuns(5))).toBe(50);
  expect(stuckAfterDays(3, inRuns(20))).toBe(200);
});

test("a gauge is stuck after half an hour at least, whatever the interval", () => {
  expect(stuckAfterDays(3, inRuns(1))).toBe(30);
  expect(stuckAfterDays(3, (_, minute) => minute, 5 * MINUTE)).toBe(10); // ten runs of one are longer than six samples
  expect(stuckAfterDays(3, (_, minute) => minute, 10_000)).toBe(180);
});

test("a metric that rests for more than twenty samples on an ordinary day is never stuck", () => {
  expect(stuckAfterDays(3, inRuns(21))).toBe(0);
  expect(stuckAfterDays(3, () => 7)).toBe(0);
});

test("a few samples a day, or of the hosts of a new group, do not show that a metric moves", () => {
  expect(stuckAfterDays(4, () => 7, 72 * MINUTE)).toBe(0); // twenty of one value, and no other
  expect(stuckAfterDays(4, inRuns(15 * 72), 72 * MINUTE)).toBe(0);
  expect(stuckAfterDays(4, (_, minute) => minute, 72 * MINUTE)).toBe(10);
});

test("one night of a stuck gauge does not hide the next, though it goes on over midnight", () => {
  const stuckNight = (day: number, minute: number) =>
    (day === 3 && minute >= 1_320) || (day === 4 && minute < 15) ? -1 : Math.floor(minute / 2);
  expect(stuckAfterDays(6, stuckNight)).toBe(150); // the quarter of an hour of day 4, ten times
});

test("excluded rows are no run", () => {
  const history = historyOf({ days: 3 }, (_, minute) => (minute >= 600 && minute < 700 ? -1 : Math.floor(minute / 2)));
  const excluded = Uint8Array.from(history.times, (_, i) => (i % 1_440 >= 600 && i % 1_440 < 700 ? 1 : 0));
  expect(stuckAfterOf({ ...history, excluded })).toBe(30);
  expect(stuckAfterOf(history)).toBe(0);
});

test("missing values end a run", () => {
  expect(stuckAfterDays(3, (_, minute) => (minute % 5 === 4 ? Number.NaN : 7))).toBe(40);
});

test("one day does not show which run is usual", () => {
  expect(stuckAfterDays(1, inRuns(5))).toBe(0);
});

/** The samples after which a metric is gone whose value is missing at these times. */
function goneAfterDays(days: number, isMissing: (day: number, minute: number) => boolean, interval = MINUTE): number {
  const history = historyOf({ days, interval }, (day, minute) => (isMissing(day, minute) ? Number.NaN : 1));
  return signalsOf(history, ["gauge"], "UTC").goneAfter[0]!;
}

test("a metric that is always there is gone as soon as an hour allows", () => {
  expect(goneAfterDays(10, () => false)).toBe(1);
  expect(goneAfterDays(10, (day) => day < 3)).toBe(1); // missing only before the last week
});

test("a metric is gone after three times its usual longest gap", () => {
  expect(goneAfterDays(8, (_, minute) => minute >= 60 && minute < 85)).toBe(75);
  expect(goneAfterDays(8, (_, minute) => minute >= 60 && minute < 85, 5 * MINUTE)).toBe(15);
  expect(goneAfterDays(8, (_, minute) => minute % 10 > 0)).toBe(27); // a value each tenth minute
});

test("gaps on two days of a week are usual, one gap is not", () => {
  const gapOn = (...days: readonly number[]) => goneAfterDays(8, (day, minute) => days.includes(day) && minute < 40);
  expect(gapOn(4)).toBe(1);
  expect(gapOn(2, 6)).toBe(120);
});

test("a metric that is missing for over an hour on ordinary days is never gone", () => {
  expect(goneAfterDays(8, (_, minute) => minute < 60)).toBe(180);
  expect(goneAfterDays(8, (_, minute) => minute < 61)).toBe(0);
});

test("a metric that was missing for most of one day is never gone", () => {
  expect(goneAfterDays(8, (day, minute) => day === 7 && minute >= 360)).toBe(1); // 18 hours
  expect(goneAfterDays(8, (day, minute) => day === 7 && minute >= 359)).toBe(0);
  expect(goneAfterDays(8, (day) => day === 5)).toBe(0);
});

test("gaps in excluded rows are not usual", () => {
  const history = historyOf({ days: 8 }, (_, minute) => (minute < 50 ? Number.NaN : 1));
  const excluded = Uint8Array.from(history.times, (_, i) => (i % 1_440 < 50 ? 1 : 0));
  expect(signalsOf({ ...history, excluded }, ["gauge"], "UTC").goneAfter[0]).toBe(1);
});

/** Days until a percentage is full that has these medians, a day each. */
function daysLeftAfter(medians: readonly number[], name = "disk_used_percent", length = medians.length): number {
  const history = historyOf({ days: length }, (day) => medians[day] ?? medians.at(-1)!);
  return daysLeft(slotsOf(history).slotDays, [name])[0]!;
}

test("the days until a steadily growing percentage is full follow from its growth of a day", () => {
  expect(daysLeftAfter([80, 82, 84, 86, 88])).toBe(6); // (100 − 88) / 2
  expect(daysLeftAfter([79, 82, 84, 86.5, 88.5])).toBeCloseTo(11.5 / 2.25, 12); // the median of 3, 2, 2.5, 2
});

test.each([
  ["takes more than ten days", [60, 62, 64, 66, 68], "disk_used_percent"],
  ["grows by less than .3 points a day", [98, 98.2, 98.4, 98.6, 98.8], "disk_used_percent"],
  ["grows irregularly", [88, 88.5, 94, 95, 96], "disk_used_percent"],
  ["falls", [90, 88, 86, 84, 82], "disk_used_percent"],
  ["has three days of history", [90, 92, 94], "disk_used_percent"],
  ["is no percentage", [80, 82, 84, 86, 88], "disk_used_bytes"],
])("a metric that %s does not fill", (_, medians, name) => {
  expect(daysLeftAfter(medians, name)).toBe(0);
});

test("a full percentage has almost no days left, but not zero", () => {
  const left = daysLeftAfter([92, 94, 96, 98, 100]);
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(1e-9);
});

test("a day does not count in the growth if less than a quarter of it was seen", () => {
  // Five hours of a fifth day at 100 would be growth by fits and starts.
  expect(daysLeftAfter([80, 82, 84, 86, 100], undefined, 4 + 5 / 24)).toBe(7);
  expect(daysLeftAfter([80, 82, 84, 86, 100], undefined, 4 + 8 / 24)).toBe(0);
});

test("growth is measured over the last week", () => {
  expect(daysLeftAfter([50, 10, 70, 76, 78, 80, 82, 84, 86, 88])).toBe(6);
});
