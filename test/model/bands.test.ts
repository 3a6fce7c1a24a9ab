import { newBandsMemory } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import { bandRowAt } from "../../lib/model/bands.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { historyOf, MINUTE, MONDAY, ripple } from "./band-history.ts";
import { alone, around, calm, DAYS, fitted, largest, NOON, scoresOf, times, WEEK } from "./fitted-bands.ts";

test("a calm metric has the band, the threshold and the score of a hand calculation", () => {
  const model = fitted(calm);
  const { high, low, middle, offset } = bandRowAt(model, NOON);
  expect([low[offset], middle[offset], high[offset]]).toEqual([49, 50, 51]);
  // Margin 2, unit 2 / 3: 4 / 3 is less than the floor of a percentage.
  expect([model.up[0], model.down[0], model.upShort[0], model.tail]).toEqual([4, 4, 1, 1]);
  expect(largest(scoresOf(model, around(50, 60)))).toBeLessThan(0.1);
  expect(scoresOf(model, times(3, 57))[2]).toBe(1.5); // (57 − 51) / 4
});

test("an excess alerts only when three of five samples have it", () => {
  const model = fitted(calm);
  expect(largest(scoresOf(model, [99, 99, 50, 50, 50, 99, 99]))).toBeLessThan(0.5);
  const scores = scoresOf(model, [56, 50, 56, 50, 56]);
  expect(scores[4]).toBe(1.25); // (56 − 51) / 4
  expect(largest(scores.slice(0, 4))).toBeLessThan(0.5);
  expect(scoresOf(model, [56, 55, 58])[2]).toBe(1);
});

test("a value below its band has a negative sign", () => {
  const model = fitted(calm);
  const { scores, parts } = scoreBands(model, newBandsMemory(model), {
    values: Float64Array.of(43, 43, 43),
    times: [NOON, NOON + MINUTE, NOON + 2 * MINUTE],
  });
  expect([scores[2], parts[2]]).toEqual([1.5, -1.5]);
});

// After one day the threshold is twice what it would be, after two 1.5 times, after three 1.2 times. The unit of a load
// of 5 ± .1 is .2 / 3, so M u = .4 / 3; its floor is .03 × 5.
test.each([
  [1, 0.8 / 3],
  [2, 0.2],
  [3, 0.16],
  [4, 0.15],
])("after %d days the threshold is %d", (days, expected) => {
  const model = fitted((_, minute) => 5 + ripple(minute) / 10, { days, name: "load1" });
  expect(model.days).toBe(days);
  expect(model.up[0]).toBeCloseTo(expected, 9);
});

test("the margin grows with the logarithm of the metrics", () => {
  // python3 -c "from math import log; print((2 + .5 * log(20)) * 20 / 3)"
  const noisy = (_: number, minute: number) => 50 + 10 * ripple(minute);
  const metrics = Array.from({ length: 20 }, () => noisy);
  const names = metrics.map((_, j) => `m${j}_percent`);
  expect(fitBands(historyOf({ days: 4 }, ...metrics), names, "UTC").up[0]).toBeCloseTo(23.319107578, 8);
});

test("a nightly job is inside the band after three nights", () => {
  const job = (nights: number) => (day: number, minute: number) =>
    calm(day, minute) + (day >= DAYS - nights && minute >= 120 && minute < 150 ? 40 : 0);
  const tonight = { start: MONDAY + WEEK + 120 * MINUTE };
  expect(largest(scoresOf(fitted(job(2)), around(90, 30), tonight))).toBeGreaterThan(3);
  expect(largest(scoresOf(fitted(job(3)), around(90, 30), tonight))).toBeLessThan(0.5);
});

test("a job that begins ten minutes late is still inside the band, at another hour it is not", () => {
  const model = fitted((day, minute) => calm(day, minute) + (minute >= 120 && minute < 150 ? 40 : 0));
  expect(largest(scoresOf(model, around(90, 30), { start: MONDAY + WEEK + 130 * MINUTE }))).toBeLessThan(0.5);
  expect(largest(scoresOf(model, around(90, 30), { start: MONDAY + WEEK + 240 * MINUTE }))).toBeGreaterThan(3);
});

test("an event of one weekday is known after two weeks, and strange on another day", () => {
  const weekly = (day: number, minute: number) => calm(day, minute) + (day % 7 === 1 && minute < 60 ? 40 : 0);
  const model = fitted(weekly, { days: 14 });
  const tuesday = MONDAY + 15 * 1_440 * MINUTE;
  expect(largest(scoresOf(model, around(90, 30), { start: tuesday }))).toBeLessThan(0.5);
  expect(largest(scoresOf(model, around(90, 30), { start: tuesday + 1_440 * MINUTE }))).toBeGreaterThan(3);
  expect(largest(scoresOf(fitted(weekly), around(90, 30), { start: tuesday }))).toBeGreaterThan(3);
});

test("a weekend at rest does not alert on Saturday, and is a warning on Monday", () => {
  const model = fitted((day, minute) => (day % 7 >= 5 ? 20 : 50) + ripple(minute), { days: 14 });
  expect(model.weekend).not.toBe(model.workday);
  const monday = MONDAY + 14 * 1_440 * MINUTE;
  expect(largest(scoresOf(model, around(20, 30), { start: monday + 5 * 1_440 * MINUTE }))).toBeLessThan(0.5);
  expect(largest(scoresOf(model, around(20, 30), { start: monday }))).toBe(2.9);
});

test("clocks that go back leave a nightly job inside its band (Europe/Paris, 25 October 2026)", () => {
  // Half past four in Paris is 02:30 UTC in summer and 03:30 UTC from that day on.
  const job = (_: number, minute: number) => 50 + ripple(minute) + (minute >= 150 && minute < 180 ? 40 : 0);
  const history = historyOf({ days: 7, start: Date.parse("2026-10-18T00:00Z") }, job);
  const [paris, utc] = ["Europe/Paris", "UTC"].map((zone) => fitBands(history, ["cpu_percent"], zone));
  const start = Date.parse("2026-10-26T03:30Z");
  expect(largest(scoresOf(paris!, around(90, 30), { start }))).toBeLessThan(0.5);
  expect(largest(scoresOf(utc!, around(90, 30), { start }))).toBeGreaterThan(3);
});

test("a metric with minute-long bursts every day is judged by five of seven", () => {
  // Three bursts of two samples a day, on no two days at one time: 19 beyond the band.
  const isBurst = (day: number, minute: number) => [0, 1, 2].some((k) => (minute - 90 * day - 450 * k) >> 1 === 30);
  const model = fitted((day, minute) => (isBurst(day, minute) ? 70 : calm(day, minute)));
  expect(model.up[0]).toBe(4);
  expect(model.upShort[0]).toBeCloseTo((4 / 3 + 1.25 * 19) / 4, 9);
  // (70 − 51) / 4 = 4.75; three or four of them are a burst, five of seven are not.
  expect(largest(scoresOf(model, times(4, 70)))).toBeCloseTo(4.75 / ((4 / 3 + 1.25 * 19) / 4), 9);
  expect(scoresOf(model, times(5, 70))[4]).toBe(4.75);
  // What is larger than its bursts needs three of five only.
  expect(scoresOf(model, times(3, 100))[2]).toBeGreaterThan(1);
});

test("a value that calm days reach at any hour does not alert, however large", () => {
  // Ten minutes of 60 to 62, each day at another hour: nine beyond the band, so the threshold is 4 / 3 + 1.25 × 9.
  const wandering = (day: number, minute: number) => {
    const from = 60 + 90 * day;
    return minute >= from && minute < from + 10 ? 60 : calm(day, minute);
  };
  const model = fitted(wandering);
  expect(model.up[0]).toBeCloseTo(4 / 3 + 1.25 * 9, 9);
  expect(largest(scoresOf(model, times(10, 60)))).toBeCloseTo(9 / (4 / 3 + 11.25), 6);
  expect(model.down[0]).toBe(4);
});

test("each day is compared with the bands of the other days", () => {
  // Twenty minutes of 70 on each of two days, at other hours: 19 beyond the band of the other day.
  const model = fitted((day, minute) => (Math.floor(minute / 20) === 30 + 9 * day ? 70 : calm(day, minute)), {
    days: 2,
  });
  expect(model.up[0]).toBeCloseTo(1.5 * (4 / 3 + 1.25 * 19), 9);
});

test("a metric whose days differ must leave their range by as much as they differ", () => {
  // Levels of 44 to 56: np.median(np.abs(np.arange(44, 57, 2) - 50)) is 4, and the reach 3 × the floor of 4.
  const model = fitted((day, minute) => 44 + 2 * day + ripple(minute));
  expect(model.reach[0]).toBe(12);
  expect(model.driftUp[0]).toBeCloseTo((4 * 1.4826 * 4) / 12, 9);
});

test("a host whose metrics are out by turns on most days has a tail of its own", () => {
  // Each day another of seven metrics is at 70 for ten minutes: none has a tail, the host has (70 − 51) / 4 each day.
  const metrics = Array.from({ length: 7 }, (_, j) => (day: number, minute: number) => {
    const from = 60 + 90 * day;
    return day === j && minute >= from && minute < from + 10 ? 70 : calm(day, minute);
  });
  const model = fitBands(
    historyOf({ days: 7 }, ...metrics),
    metrics.map((_, j) => `m${j}_percent`),
    "UTC",
  );
  expect([...model.up]).toEqual(times(7, 4));
  expect(model.tail).toBeCloseTo(1.1 * 4.75, 6);
  const values = Float64Array.from({ length: 3 * 7 }, (_, i) => (i % 7 === 2 ? 70 : 50));
  const { scores } = scoreBands(alone(model), newBandsMemory(model), {
    values,
    times: [0, 1, 2].map((i) => NOON + i * MINUTE),
  });
  expect(scores[2]).toBeCloseTo(1 / 1.1, 6);
});

test("a host of less than a quarter of a day is judged by its levels, and only gets warnings", () => {
  const model = fitted(calm, { days: 2 / 24 });
  expect(model.days).toBe(0);
  const scores = scoresOf(model, [...around(50, 40), ...times(5, 5_000)]);
  expect(largest(scores.slice(0, 42))).toBe(0);
  expect(scores.slice(42)).toEqual(times(3, 2.9));
});

test("a history from ten at night to two is less than two days", () => {
  const start = MONDAY + 22 * 60 * MINUTE;
  const model = fitBands(historyOf({ days: 4 / 24, start }, calm), ["cpu_percent"], "UTC");
  expect(model.days).toBe(0);
  expect(newBandsMemory(model).young).toBeDefined();
});

test("a new metric of an old host has the thresholds of its own days", () => {
  const late = (day: number, minute: number) => (day < 6 ? Number.NaN : 5 + ripple(minute) / 10);
  const model = fitBands(
    historyOf({ days: 7 }, (_, minute) => 5 + ripple(minute) / 10, late),
    ["a", "b"],
    "UTC",
  );
  // M = 2 + .5 ln 2, u = .2 / 3: python3 -c "from math import log; print(2 * (2 + .5 * log(2)) * .2 / 3)"
  expect(model.days).toBe(7);
  expect(model.up[1]).toBeCloseTo(0.31287648, 8);
  expect(model.up[0]).toBeCloseTo(0.15643824, 8);
});

test("a metric that never came, or never changes, is judged without a division by zero", () => {
  const model = fitBands(
    historyOf(
      { days: 7 },
      () => Number.NaN,
      () => 0,
      () => 0.25,
    ),
    ["never", "errors", "ratio"],
    "UTC",
  );
  for (const table of [model.floor, model.up, model.down, model.reach, model.driftUp, model.driftDown]) {
    expect(Math.min(...table)).toBeGreaterThan(0);
  }
  // Whole numbers have a floor of 3, so five errors are 5 / 3; of .25 3 % matter.
  const values = Float64Array.from(times(3, 0).flatMap(() => [1, 5, 0.28]));
  const { scores, parts } = scoreBands(alone(model), newBandsMemory(model), {
    values,
    times: [0, 1, 2].map((i) => NOON + i * MINUTE),
  });
  expect(scores[2]).toBeCloseTo(0.03 / 0.0075, 1); // a band is exact to a part of the floor
  expect([parts[6], parts[7]]).toEqual([0, expect.closeTo(5 / 3, 6)]);
});

test("the interval of irregular samples is their average", () => {
  const times = Float64Array.from({ length: 7 * 1_440 }, (_, i) => MONDAY + (i >> 1) * 2 * MINUTE + (i % 2) * 40_000);
  const values = Float64Array.from(times, (_, i) => 50 + ripple(i));
  expect(fitBands({ metrics: 1, values, times }, ["cpu_percent"], "UTC").interval).toBe(MINUTE);
});

test("the model reads one of two samples that come in pairs", () => {
  const times = Float64Array.from({ length: 7 * 1_440 }, (_, i) => MONDAY + (i >> 1) * 2 * MINUTE + (i % 2) * 1_000);
  const values = Float64Array.from(times, (_, i) => 50 + ripple(i));
  const model = fitBands({ metrics: 1, values, times }, ["cpu_percent"], "UTC");
  expect(model.interval).toBe(2 * MINUTE);
});

test.each([10_000, 5 * MINUTE])("at an interval of %d ms a nightly job is known, and an excess is not", (interval) => {
  const read = Math.max(interval, MINUTE); // closer samples are read once a minute
  const noise = (minute: number) => ripple(Math.round((minute * MINUTE) / interval));
  const history = historyOf(
    { days: 4, interval },
    (_, minute) => 50 + noise(minute) + (minute >= 120 && minute < 150 ? 40 : 0),
  );
  const model = fitBands(history, ["cpu_percent"], "UTC");
  expect(model.interval).toBe(read);
  const scoresAt = (start: number) => {
    const samples = {
      values: Float64Array.from(around(90, 6)),
      times: times(6, 0).map((_, i) => start + i * read),
    };
    return scoreBands(model, newBandsMemory(model), samples).scores;
  };
  expect(largest([...scoresAt(MONDAY + WEEK + 120 * MINUTE)])).toBeLessThan(0.5);
  expect(largest([...scoresAt(NOON)])).toBeGreaterThan(3);
});

test("the model does not learn from excluded rows", () => {
  const history = historyOf({ days: 3 }, (day, minute) => calm(day, minute) + (day === 1 && minute >= 600 ? 40 : 0));
  const excluded = Uint8Array.from(history.times, (_, i) => (i >= 1_440 + 600 && i < 2_880 ? 1 : 0));
  const model = fitBands({ ...history, excluded }, ["cpu_percent"], "UTC");
  expect(largest(scoresOf(model, around(90, 30)))).toBeGreaterThan(2);
  expect(largest(scoresOf(fitBands(history, ["cpu_percent"], "UTC"), around(90, 30)))).toBeLessThan(0.5);
});

test("growth that lasts for days is usual growth", () => {
  // Each day's median lies above all before it.
  const model = fitted((day, minute) => 20 + 0.3 * day + ripple(minute), { days: 14, name: "load1" });
  const tomorrow = Array.from({ length: 720 }, (_, i) => 24.2 + ripple(i));
  expect(largest(scoresOf(model, tomorrow, { start: MONDAY + 14 * 1_440 * MINUTE }))).toBeLessThan(1);
});
