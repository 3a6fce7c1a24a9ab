import { newBandsMemory } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import type { Bands } from "../../lib/model/bands.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { historyOf, MINUTE, ripple } from "./band-history.ts";
import { alone, calm, DAYS, NOON, WEEK } from "./fitted-bands.ts";

/** All metrics at 50 ± 1 percent. A lasting level alerts 4 above: the range of the days' medians is 50 to 50. */
function fittedTogether(metrics: number, { days = 2 * DAYS, valueAt = calm } = {}): Bands {
  const names = Array.from({ length: metrics }, (_, j) => `m${j}_percent`);
  return alone(fitBands(historyOf({ days }, ...names.map(() => valueAt)), names, "UTC"));
}

/** The score and the alert of the first metric after four hours in which the first `out` metrics are `by` too high. */
function afterHours(model: Bands, out: number, by: number): number {
  const { metrics } = model;
  const times = Array.from({ length: 240 }, (_, i) => NOON + WEEK + i * MINUTE);
  const values = Float64Array.from({ length: times.length * metrics }, (_, i) => {
    const [row, j] = [Math.floor(i / metrics), i % metrics];
    return 50 + ripple(row) / 10 + (j < out ? by : 0);
  });
  return scoreBands(model, newBandsMemory(model), { values, times }).scores.at(-1)!;
}

// 2 of 4 is a reading of .5 for each metric; together it is .5 √n.
test.each([
  [1, 0.5],
  [3, 0.87],
  [5, 1.12],
])("of six metrics, %d that stay half of the way out for hours have a score of %d", (out, expected) => {
  expect(afterHours(fittedTogether(6), out, 2)).toBeCloseTo(expected, 1);
});

test("forty metrics that stay a fifth of the way out do not add up", () => {
  expect(afterHours(fittedTogether(40), 40, 0.8)).toBeCloseTo(0.2, 1);
});

test("a week is too short for it", () => {
  expect(afterHours(fittedTogether(6, { days: DAYS }), 5, 2)).toBeCloseTo(0.5, 1);
});

test("levels that are far out together are never critical", () => {
  expect(afterHours(fittedTogether(6), 6, 3.5)).toBe(1.5);
});

test("a fleet's usual waves of all metrics do not alert: each host has its own tail", () => {
  // In the second week each day has three hours half of the way out, at another time: 1.25 × .5 √5 is the tail.
  const waves = (day: number, minute: number) =>
    calm(day, minute) + (day >= 7 && Math.floor(minute / 180) === day % 8 ? 2 : 0);
  const model = fittedTogether(5, { valueAt: waves });
  expect(model.jointDriftTail).toBeCloseTo(1.4, 1);
  expect(afterHours(model, 5, 2)).toBeLessThan(1);
});
