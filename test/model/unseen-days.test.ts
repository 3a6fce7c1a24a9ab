// Kinds of days that a host's history lacks: its first weekend, or its first workday.

import { newBandsMemory } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { DAY, historyOf, MINUTE, MONDAY, ripple } from "./band-history.ts";
import { around, calm, fitted, largest, scoresOf } from "./fitted-bands.ts";

const NOON_OF = (day: number) => MONDAY + day * DAY + 720 * MINUTE;
const [FRIDAY, SATURDAY] = [4, 5];

test("on the first weekend a quiet host has no value that is too low, however long it stays", () => {
  expect(largest(scoresOf(fitted(calm, { days: 5 }), around(10, 600), { start: NOON_OF(SATURDAY) }))).toBe(0);
  expect(largest(scoresOf(fitted(calm, { days: 4 }), around(10, 600), { start: NOON_OF(FRIDAY) }))).toBeGreaterThan(3);
});

test("on the first weekend a sudden fall from the host's own level is a warning, and the quiet itself is none", () => {
  const morning = Array.from({ length: 300 }, (_, i) => 45 - i / 15 + ripple(i));
  const fall = Array.from({ length: 30 }, (_, i) => 2 + ripple(i) / 10);
  const scores = scoresOf(fitted(calm, { days: 5 }), [...morning, ...fall, ...morning.slice(-60)], {
    start: NOON_OF(SATURDAY),
  });
  expect(largest(scores.slice(0, 300))).toBe(0);
  expect(largest(scores.slice(300, 305))).toBeGreaterThan(1);
  expect(largest(scores)).toBeLessThan(3);
  expect(largest(scores.slice(340))).toBe(0);
});

test("on the first weekend the end of a usual job is no fall, though the next value is just below its band", () => {
  const job = (day: number, minute: number) => (minute >= 1_320 ? 99 : calm(day, minute));
  const saturday = MONDAY + SATURDAY * DAY;
  const night = [...Array.from({ length: 60 }, (_, i) => 99 + ripple(i)), ...around(48, 60)];
  const scores = scoresOf(fitted(job, { days: 5 }), night, { start: saturday - 60 * MINUTE });
  expect(largest(scores)).toBeLessThan(0.6); // (49 − 47) / 4, and 47 is also a fall of 52 from the level
});

test("on the first weekend a pause ends the level that a fall is measured from", () => {
  const model = fitBands(historyOf({ days: 5 }, calm), ["cpu_percent"], "UTC");
  const values = Float64Array.from({ length: 120 }, (_, i) => (i < 60 ? 45 : 5) + ripple(i));
  const times = Array.from({ length: 120 }, (_, i) => NOON_OF(SATURDAY) + (i < 60 ? i : i + 600) * MINUTE);
  expect(largest([...scoreBands(model, newBandsMemory(model), { values, times }).scores])).toBe(0);
});

test("on the first weekend too high a value is at most a warning", () => {
  const score = largest(scoresOf(fitted(calm, { days: 5 }), around(99, 10), { start: NOON_OF(SATURDAY) }));
  expect(score).toBeGreaterThan(1);
  expect(score).toBeLessThan(3);
});

test("the joint score is 0 on the first weekend", () => {
  const model = fitBands(historyOf({ days: 5 }, calm, calm), ["cpu_percent", "disk_percent"], "UTC");
  expect(model.joint).toBeDefined();
  const quiet = {
    values: Float64Array.from({ length: 1_200 }, (_, k) => 10 + ripple(k >> 1)),
    times: Array.from({ length: 600 }, (_, i) => NOON_OF(5) + i * MINUTE),
  };
  expect(largest([...scoreBands(model, newBandsMemory(model), quiet).scores])).toBe(0);
});

test("on a host's first day nothing is critical at a time that was never seen", () => {
  const start = MONDAY + 1_080 * MINUTE;
  const score = largest(scoresOf(fitted(calm, { days: 0.75 }), [...around(50, 40), ...around(200, 10)], { start }));
  expect(score).toBeGreaterThan(1);
  expect(score).toBeLessThan(3);
  const nextDay = largest(scoresOf(fitted(calm, { days: 1 }), around(99, 10), { start: NOON_OF(1) }));
  expect(nextDay).toBeGreaterThan(3);
});

test.each([
  ["cpu_percent", 50, 10, true],
  ["cpu_percent", 120, 50, false], // back at the level of the hours before
  ["cpu_pressure_percent", 50, 10, false], // less of it is never trouble
])("on a host's first day a fall of %s from %d to %d notifies: %j", (name, from, to, notifies) => {
  const start = MONDAY + 300 * MINUTE;
  const model = fitted(calm, { days: 5 / 24, name });
  const scores = scoresOf(model, [...around(from, 60), ...around(to, 10)], { start });
  expect(largest(scores.slice(60)) > 1).toBe(notifies);
});

test("twelve hours of a Saturday make weekends known", () => {
  expect(fitted(calm, { days: 5.4 }).unseen).toBe("weekend");
  expect(fitted(calm, { days: 5.6 }).unseen).toBeUndefined();
  expect(largest(scoresOf(fitted(calm, { days: 6 }), around(10, 10), { start: NOON_OF(6) }))).toBeGreaterThan(3);
});

test("a host that began at a weekend only gets warnings on its first workday", () => {
  const model = fitBands(historyOf({ days: 2, start: MONDAY + 5 * DAY }, calm), ["cpu_percent"], "UTC");
  expect(model.unseen).toBe("workday");
  const score = largest(scoresOf(model, around(99, 10), { start: NOON_OF(7) }));
  expect(score).toBeGreaterThan(1);
  expect(score).toBeLessThan(3);
});
