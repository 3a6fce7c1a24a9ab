import { newBandsMemory } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import type { Bands } from "../../lib/model/bands.ts";
import { SLOTS } from "../../lib/model/calendar.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { historyOf, MINUTE, ripple } from "./band-history.ts";
import { alone, largest, NOON } from "./fitted-bands.ts";

const METRICS = 6;
const NAMES = Array.from({ length: METRICS }, (_, j) => `m${j}_percent`);
type ValueAt = (day: number, minute: number) => number;

/** Percentages around 50 that all follow one load of ± 15, each with a ripple of its own. */
function followers(days: number, extra: ValueAt = () => 0): ValueAt[] {
  const random = seededRandom(7);
  const load = Array.from({ length: 1_440 * days }, () => 30 * (random() / 2 ** 32) - 15);
  return NAMES.map(
    (_, j) => (day, minute) => 50 + load[1_440 * day + minute]! + ripple(minute + j) / 2 + extra(day, minute),
  );
}

function fitted(days: number, extra?: ValueAt): Bands {
  return fitBands(historyOf({ days }, ...followers(days, extra)), NAMES, "UTC");
}

/** Half an hour of rows from a time on, each metric at its own value. */
function read(model: Bands, values: (minute: number) => readonly number[], start = NOON) {
  const minutes = Array.from({ length: 30 }, (_, i) => i);
  return scoreBands(model, newBandsMemory(model), {
    values: Float64Array.from(minutes.flatMap(values)),
    times: minutes.map((i) => start + i * MINUTE),
  });
}

/** Every other metric is at the top of its usual range and the others are at the bottom: out of step, not out. */
const outOfStep = (minute: number) => NAMES.map((_, j) => (j % 2 ? 61 : 39) + ripple(minute + j) / 4);

test("metrics out of step with each other alert, though each is inside its band", () => {
  const model = fitted(7);
  expect(largest([...read(alone(model), outOfStep).scores])).toBeLessThan(0.5);
  const { scores, parts } = read(model, outOfStep);
  expect(largest([...scores])).toBeGreaterThan(1);
  expect(largest([...parts.subarray(parts.length - METRICS)])).toBe(scores.at(-1));
});

test("metrics in step are calm", () => {
  const random = seededRandom(8);
  const model = fitted(7);
  const scores = read(model, (minute) => {
    const load = 30 * (random() / 2 ** 32) - 15;
    return NAMES.map((_, j) => 50 + load + ripple(minute + j) / 2);
  }).scores;
  expect(largest([...scores])).toBeLessThan(1);
});

test("a job that stirs all metrics each night has a limit of its own at that time", () => {
  // From two to half past two each goes its own way.
  const random = seededRandom(9);
  const job: ValueAt = (_, minute) => (minute >= 120 && minute < 150 ? 60 * (random() / 2 ** 32) - 30 : 0);
  const { limit } = fitted(7, job).joint!;
  const atNight = limit.subarray(8, 10);
  expect(Math.min(...atNight)).toBeGreaterThan(limit[SLOTS / 2]!);
});

test.each([
  ["of three days", 3, METRICS],
  ["of one metric", 7, 1],
])("a host %s is judged metric by metric", (_, days, metrics) => {
  const model = fitBands(historyOf({ days }, ...followers(days).slice(0, metrics)), NAMES.slice(0, metrics), "UTC");
  expect(model.joint).toBeUndefined();
});

test("a metric that does not count by policy has no part in the joint score", () => {
  const model = fitted(7);
  const times = Array.from({ length: 30 }, (_, i) => NOON + i * MINUTE);
  const values = Float64Array.from(times.flatMap((_, i) => outOfStep(i)));
  const { scores } = scoreBands(model, newBandsMemory(model), { values, times }, (metric) => metric % 2 === 0);
  expect(largest([...scores])).toBeLessThan(1);
});

test("pooled hosts are judged metric by metric", () => {
  const { metrics, values, times } = historyOf({ days: 7 }, ...followers(7));
  const twice = { metrics, values: Float64Array.of(...values, ...values), times: Float64Array.of(...times, ...times) };
  expect(fitBands(twice, NAMES, "UTC").joint).toBeUndefined();
});
