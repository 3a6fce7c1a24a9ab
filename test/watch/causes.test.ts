import { causesOf, fold } from "../../lib/watch/fold.ts";
import { arrived, baseline, part, START, state, timeOf } from "../factories.ts";

test("peak and causes are those of the worst sample", () => {
  // Deviations of 5 and 1 score (25 + 1) / 2 = 13, the worst of these; its cpu alone may deviate by √(16 − 1).
  const reference = baseline({ names: ["cpu", "load"], sd: [1, 2] });
  const rows = [
    [4.1, 0],
    [0, 8.2],
    [5, 2],
    [0, 0],
    [4.2, 0],
  ];
  const { incidents } = fold(state(), reference, [arrived(part({ names: ["cpu", "load"], rows }))]);
  expect(incidents).toMatchObject([{ opened: START, peak: { time: timeOf(2), score: 13 }, epsilon: 8 }]);
  expect(incidents[0]!.causes).toEqual([
    {
      metric: "cpu",
      now: 5,
      expected: 0,
      low: -2,
      high: 2,
      share: 25 / 26,
      normalAt: expect.closeTo(Math.sqrt(15), 12),
    },
    { metric: "load", now: 2, expected: 0, low: -4, high: 4, share: 1 / 26 },
  ]);
});

test("at most three causes are kept, the largest first", () => {
  const names = ["a", "b", "c", "d", "e"];
  const row = [1, -9, 3, 5, 0];
  const { incidents } = fold(state(), baseline({ names }), [arrived(part({ names, rows: [row, row, row] }))]);
  expect(incidents[0]!.causes.map(({ metric, share }) => [metric, share])).toEqual([
    ["b", 81 / 116],
    ["d", 25 / 116],
    ["c", 9 / 116],
  ]);
});

test("a cause is told in its metric's own unit", () => {
  // (97 − 16.5) / 7.25 = 11.103 deviations; with load at its mean, √16 = 4 of them are normal: 16.5 + 29.
  const reference = baseline({ names: ["cpu", "load"], mean: [16.5, 1.65], sd: [7.25, 0.725] });
  expect(causesOf(reference, Float64Array.of(0, 0, 97, 1.65), 2)).toEqual([
    { metric: "cpu", now: 97, expected: 16.5, low: 2, high: 31, share: 1, normalAt: expect.closeTo(45.5, 10) },
  ]);
});

test("a metric that is too low is normal again from below", () => {
  expect(causesOf(baseline({ mean: [50], sd: [2] }), Float64Array.of(10), 0)).toMatchObject([
    { now: 10, expected: 50, low: 46, high: 54, normalAt: 42 },
  ]);
});

test("no value of one metric helps where another alone is beyond epsilon", () => {
  const causes = causesOf(baseline({ names: ["cpu", "load"] }), Float64Array.of(6, -5), 0);
  expect(causes.map(({ metric, share }) => [metric, share])).toEqual([
    ["cpu", 36 / 61],
    ["load", 25 / 61],
  ]);
  for (const cause of causes) expect(cause).not.toHaveProperty("normalAt");
});

test("a missing metric is no cause", () => {
  const causes = causesOf(baseline({ names: ["cpu", "load"] }), Float64Array.of(Number.NaN, 5), 0);
  expect(causes).toMatchObject([{ metric: "load", share: 1 }]);
});
