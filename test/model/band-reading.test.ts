import { newBandsMemory, unremembered } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import { bandRowAt } from "../../lib/model/bands.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { JOINT_MEMORY } from "../../lib/model/joint-reading.ts";
import { MINUTE, MONDAY, ripple } from "./band-history.ts";
import { around, calm, fitted, largest, NOON, scoresOf, times } from "./fitted-bands.ts";

test("a level that stays outside the range of the days' medians for hours alerts, though no sample is far out", () => {
  // The samples are up to 4.5 beyond the band, the third of five 3.5 of 4. The level is 4.5 beyond the medians' range,
  // .375 of the reach of 12; a third of it (the floor) notifies. The average of half an hour is there when
  // .375 × (1 − .5 ** (t / 30)) = 1 / 3, after 95.1 minutes.
  const scores = scoresOf(fitted(calm), around(54.5, 240));
  expect(largest(scores.slice(0, 90))).toBeLessThan(1);
  expect(scores.findIndex((score) => score >= 1)).toBeGreaterThanOrEqual(93);
  expect(scores.findIndex((score) => score >= 1)).toBeLessThanOrEqual(98);
  expect(largest(scores.slice(0, 200))).toBeLessThan(1.125); // .375 × 3
});

test("levels are judged from the fourth day on", () => {
  expect(largest(scoresOf(fitted(calm, { days: 3 }), around(54.5, 240)))).toBeLessThan(0.9);
  expect(largest(scoresOf(fitted(calm, { days: 4 }), around(54.5, 240), { start: NOON }))).toBeGreaterThan(1);
});

test("a counter is judged by its rate, and has none when it begins anew", () => {
  // 10 a minute with a ripple: the rate is 10 / 60 ± 1 / 60 a second.
  let total = 0;
  const model = fitted((_, minute) => (total += 10 + ripple(minute)), { name: "rx_packets" });
  expect(model.counter[0]).toBe(1);
  expect(model.stuckAfter[0]).toBe(0); // it may stand still
  expect(bandRowAt(model, NOON).high[bandRowAt(model, NOON).offset]).toBeCloseTo(11 / 60, 2);
  const values = Float64Array.of(500_000, 500_012, 3, 12);
  const { judged, scores } = scoreBands(model, newBandsMemory(model), {
    values,
    times: [0, 1, 2, 3].map((i) => NOON + i * MINUTE),
  });
  expect([...judged]).toEqual([Number.NaN, 0.2, Number.NaN, 0.15]);
  expect(largest([...scores])).toBeLessThan(0.5);
});

test("a counter's rate is over the time between its samples, and missing when no time passed", () => {
  let total = 0;
  const model = fitted(() => (total += 10), { name: "rx_packets" });
  const { judged } = scoreBands(model, newBandsMemory(model), {
    values: Float64Array.of(0, 100, 110, 140),
    times: [NOON, NOON + 10_000, NOON + 10_000, NOON + 130_000],
  });
  expect([...judged]).toEqual([Number.NaN, 10, Number.NaN, 0.25]);
});

test("a gauge that repeats one value is stuck after ten times its longest run, and that is never critical", () => {
  const scores = scoresOf(
    fitted((_, minute) => 50 + ripple(minute >> 2)), // runs of four
    times(50, 50),
  );
  expect(scores.slice(0, 39)).toEqual(times(39, 0));
  expect(scores.slice(39)).toEqual(times(11, 1.05));
});

test("a gauge refreshed once a minute is not stuck for samples of ten seconds, and is when it rests", () => {
  // Refreshed five seconds behind each full minute: the sample at the full minute is that of ten seconds before.
  const valueAt = (time: number) => 50 + ripple(Math.floor((time - 5_000) / MINUTE));
  const everyTen = (start: number, count: number) => Array.from({ length: count }, (_, i) => start + i * 10_000);
  const sampled = Float64Array.from(everyTen(MONDAY, 3 * 8_640));
  const history = { metrics: 1, times: sampled, values: sampled.map(valueAt) };
  const model = fitBands(history, ["cpu_percent"], "UTC");
  const noon = everyTen(NOON, 2 * 360);
  const read = (values: readonly number[]) => {
    const { scores } = scoreBands(model, newBandsMemory(model), { values: Float64Array.from(values), times: noon });
    return scores.findIndex((score) => score >= 1);
  };
  expect(read(noon.map(valueAt))).toBe(-1);
  // Runs of six samples: ten times that is less than half an hour, which is 180 of them.
  expect(read(noon.map(() => 50))).toBe(179);
});

test("a metric that was always there is missing after an hour", () => {
  const scores = scoresOf(fitted(calm), [...around(50, 6), ...times(70, Number.NaN), 50]);
  expect(scores.slice(6, 65)).toEqual(times(59, 0));
  expect(scores.slice(65, 76)).toEqual(times(11, 1.05));
  expect(scores[76]).toBeLessThan(0.1);
});

test("a metric that comes every fifth minute is judged by the last five of its values", () => {
  const every = (minutes: number, value: number) => times(minutes, 0).map((_, i) => (i % 5 === 0 ? value : Number.NaN));
  const model = fitted((day, minute) => (minute % 5 === 0 ? calm(day, minute / 5) : Number.NaN));
  expect(scoresOf(model, every(11, 90)).map((score) => score > 1)).toEqual([...times(10, 0).map(() => false), true]);
  // What was strange when it was last seen is so for half an hour.
  const after = scoresOf(model, [...every(15, 90), ...times(70, Number.NaN)]);
  expect(after.slice(11, 40).every((score) => score > 1)).toBe(true);
  expect(after.slice(45, 70)).toEqual(times(25, 0));
  expect(after.slice(71)).toEqual(times(14, 1.05)); // gone
});

test("a metric that is missing for forty minutes each day is missing after two hours", () => {
  const model = fitted((day, minute) => (minute < 40 ? Number.NaN : calm(day, minute)));
  const scores = scoresOf(model, [...around(50, 6), ...times(140, Number.NaN)]);
  expect(scores.slice(6, 125)).toEqual(times(119, 0));
  expect(scores.slice(125)).toEqual(times(21, 1.05));
});

test("a metric that is missing for over an hour each day is never missing", () => {
  const model = fitted((day, minute) => (minute < 90 ? Number.NaN : calm(day, minute)));
  expect(largest(scoresOf(model, times(240, Number.NaN)))).toBe(0);
});

test("a percentage that will be full within ten days alerts while it fills", () => {
  const model = fitted((day, minute) => 80 + 2 * day + ripple(minute) / 10, { name: "disk_used_percent" });
  expect(model.daysLeft[0]).toBe(4); // (100 − 92) / 2
  expect(largest(scoresOf(model, [90.1, 90, 89.9]))).toBe(1.05);
});

test("the reading forgets the samples before a gap", () => {
  const model = fitted(calm);
  const values = Float64Array.of(60, 60, 60);
  const at = (gap: number) => [NOON, NOON + MINUTE, NOON + MINUTE + gap * MINUTE];
  expect(scoreBands(model, newBandsMemory(model), { values, times: at(3) }).scores[2]).toBe(2.25);
  expect(scoreBands(model, newBandsMemory(model), { values, times: at(4) }).scores[2]).toBeLessThan(0.5);
});

test("a host that was off has neither its single samples nor its levels remembered", () => {
  const model = fitted(calm);
  const { memory } = scoreBands(model, newBandsMemory(model), {
    values: Float64Array.of(60, 60),
    times: [NOON, NOON + MINUTE],
  });
  const off = unremembered(memory);
  expect([...off.recent]).toEqual(times(7, 0));
  expect([...off.averages, ...off.joint]).toEqual(times(4 + JOINT_MEMORY, 0));
  expect(off.place).toEqual(memory.place);
  expect(memory.recent[0]).toBe(2.25);
});

test("a deviation that does not count by policy has no score, though the memory keeps its level", () => {
  const model = fitted(calm);
  const sequence = { values: Float64Array.from(times(200, 60)), times: times(200, 0).map((_, i) => NOON + i * MINUTE) };
  const asked: number[][] = [];
  const read = scoreBands(model, newBandsMemory(model), sequence, (...question) => asked.push(question) < 0);
  expect(largest([...read.scores])).toBe(0); // though the value is stuck from the 30th sample on
  expect(asked[0]).toEqual([0, 60, 50]);
  expect(read.memory.averages[0]).toBeGreaterThan(0.5);
});
