// A workday whose unusual values are usual at weekends: a holiday, most of the time.

import { newBandsMemory } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import { type Bands, isLikeWeekend } from "../../lib/model/bands.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { DAY, historyOf, MINUTE, MONDAY, ripple } from "./band-history.ts";
import { alone } from "./fitted-bands.ts";

const noonOf = (day: number) => MONDAY + day * DAY + 720 * MINUTE;
const [WEDNESDAY, SATURDAY] = [noonOf(16), noonOf(19)];
/** 50 ± 1 percent on workdays, 20 ± 1 at weekends. */
const office = (day: number, minute: number) => (day % 7 < 5 ? 50 : 20) + ripple(minute);
const always = (_: number, minute: number) => 50 + ripple(minute);

function fittedTo(...metrics: readonly ((day: number, minute: number) => number)[]): Bands {
  const names = metrics.map((_, j) => `m${j}_percent`);
  return alone(fitBands(historyOf({ days: 14 }, ...metrics), names, "UTC"));
}

/** The score after five minutes of these values. */
function scoreAt(time: number, model: Bands, ...values: readonly number[]): number {
  const times = Array.from({ length: 5 }, (_, i) => time + i * MINUTE);
  return scoreBands(model, newBandsMemory(model), {
    values: Float64Array.from(times.flatMap(() => values)),
    times,
  }).scores.at(-1)!;
}

test("a workday that is like a weekend is a warning, however far the values are out", () => {
  expect(scoreAt(WEDNESDAY, fittedTo(office, office), 20, 20)).toBe(2.9);
});

test.each([
  ["below a weekend's band", [10, 20]],
  ["above a weekend's band, and below a workday's", [35, 20]],
  ["above both bands", [20, 99]],
])("a value %s is critical on a workday", (_, values) => {
  expect(scoreAt(WEDNESDAY, fittedTo(office, office), ...values)).toBeGreaterThan(3);
});

test("a metric that is the same at weekends must be as ever", () => {
  expect(scoreAt(WEDNESDAY, fittedTo(office, always), 20, 50)).toBe(2.9);
  expect(scoreAt(WEDNESDAY, fittedTo(office, always), 20, 20)).toBeGreaterThan(3);
});

test("a weekend with the work of a workday is critical", () => {
  expect(scoreAt(SATURDAY, fittedTo(office, office), 20, 20)).toBeLessThan(0.5);
  expect(scoreAt(SATURDAY, fittedTo(office, office), 50, 50)).toBeGreaterThan(3);
});

const isDayOff = (model: Bands, values: readonly number[], alone: readonly number[]) =>
  isLikeWeekend(model, WEDNESDAY, Float64Array.from(values), Float64Array.from(alone));

test("only metrics that alert by themselves count, and one of them must be unusual on a workday", () => {
  const model = fittedTo(office, office);
  expect(isDayOff(model, [20, 99], [-6, 0.5])).toBe(true);
  expect(isDayOff(model, [20, 99], [-6, 1.1])).toBe(false);
  expect(isDayOff(model, [20, 50], [-6, -6])).toBe(true);
  expect(isDayOff(model, [50, 50], [-6, 0])).toBe(false);
  expect(isDayOff(model, [20, 20], [0, 0])).toBe(false);
});

test("a host whose weekends are as all days has no day off", () => {
  expect(isDayOff(fittedTo(always), [20], [-6])).toBe(false);
});

test("a missing value tells nothing", () => {
  expect(isDayOff(fittedTo(office, office), [20, Number.NaN], [-6, -6])).toBe(true);
});
