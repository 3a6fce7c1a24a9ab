import fc from "fast-check";
import { recordOf } from "../../lib/incident/record.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { fitGaussian } from "../../lib/model/gaussian.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { joinCauses, usualOf } from "../../lib/watch/causes.ts";
import { fold } from "../../lib/watch/fold.ts";
import { scorePart } from "../../lib/watch/scoring.ts";
import { arrived, baseline, part, START, state, timeOf } from "../factories.ts";
import { DAY, historyOf, MINUTE, MONDAY, ripple } from "../model/band-history.ts";

/** The causes of one sample by itself. */
function causesOf(reference: Baseline, values: readonly number[]) {
  const unscored = { values: Float64Array.from(values), times: [START], inOrder: [0], late: [] };
  return joinCauses([], reference, scorePart(reference, undefined, unscored).explain(0));
}

test("the peak shows the worst score, and each cause the sample in which it was largest", () => {
  // Deviations of 5 and 1 score (25 + 1) / 2 = 13, the worst of three; its cpu alone may deviate by √(16 − 1).
  const reference = baseline({ names: ["cpu", "load"], sd: [1, 2] });
  const rows = [...[1, 2, 3].map(() => [4.1, 0]), ...[1, 2, 3].map(() => [5, 2]), [0, 8.2]];
  const { incidents } = fold(state(), reference, [arrived(part({ names: ["cpu", "load"], rows }))]);
  expect(incidents).toMatchObject([
    { opened: timeOf(2), peak: { time: timeOf(5), judgement: { score: 13, epsilon: 8 } } },
  ]);
  expect(recordOf(incidents[0]!).causes).toEqual([
    {
      metric: "cpu",
      now: 5,
      expected: 0,
      low: -2,
      high: 2,
      contribution: 25,
      share: expect.closeTo(25 / (25 + 4.1 ** 2), 4),
      normalAt: expect.closeTo(Math.sqrt(15), 4),
    },
    // 4.1 deviations, alone in its sample; √16 of them would have been normal.
    {
      ...{
        metric: "load",
        now: 8.2,
        expected: 0,
        low: -4,
        high: 4,
        share: expect.closeTo(4.1 ** 2 / (25 + 4.1 ** 2), 4),
      },
      contribution: expect.closeTo(4.1 ** 2, 4),
      normalAt: expect.closeTo(8, 4),
    },
  ]);
});

test("an open incident refreshes its causes, and the notice that resolves it carries them", () => {
  const names = ["a", "b", "c", "d"];
  const rows = [
    [5, 1, 2, 0],
    [5, 1, 2, 0],
    [5, 1, 2, 0],
    [0, 6, 0, 0],
    [4.5, 0, 0, 7],
    ...Array(40).fill([0, 0, 0, 0]),
  ];
  const { notices } = fold(state(), baseline({ names }), [arrived(part({ names, rows }))]);
  expect(notices.map(({ kind }) => kind)).toEqual(["opened", "resolved"]);
  const said = [notices[0]!, notices[1]!].map(({ incident }) =>
    recordOf(incident).causes.map(({ metric, contribution }) => [metric, contribution]),
  );
  expect(said).toEqual([
    [
      ["a", 25],
      ["c", 4],
      ["b", 1],
    ],
    [
      ["d", 49],
      ["b", 36],
      ["a", 25],
    ],
  ]);
});

test("a calm sample adds no cause to an open incident", () => {
  const names = ["a", "b"];
  // The persistent score of the three goes on for two samples.
  const rows = [[5, 0], [5, 0], [5, 0], ...Array(4).fill([0, 0]), [0, 3.9], ...Array(33).fill([0, 0])];
  const { incidents } = fold(state(), baseline({ names }), [arrived(part({ names, rows }))]);
  expect(incidents).toMatchObject([{ resolved: timeOf(40), causes: [{ metric: "a" }] }]);
  expect(recordOf(incidents[0]!).causes).toHaveLength(1);
});

test("causes joined sample by sample are the largest of all samples", () => {
  const names = ["a", "b", "c", "d", "e"];
  const reference = baseline({ names });
  const row = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
      const unscored = {
        values: Float64Array.from(rows.flat()),
        times: rows.map((_, i) => timeOf(i)),
        inOrder: [...rows.keys()],
      };
      const { explain } = scorePart(reference, undefined, unscored);
      const joined = rows.reduce(
        (causes, _, i) => joinCauses(causes, reference, explain(i)),
        joinCauses([], reference, explain(0)),
      );
      const largest = names.map((_, j) => Math.max(...rows.map((values) => values[j]! ** 2)));
      const expected = largest.toSorted((a, b) => b - a).slice(0, 3);
      expect(joined.map(({ contribution }) => contribution)).toEqual(expected.filter((z2) => z2 > 0));
      for (const { metric, contribution } of joined) expect(largest[names.indexOf(metric)]).toBe(contribution);
    }),
  );
});

test("an incident keeps at most three causes, the largest first", () => {
  const names = ["a", "b", "c", "d", "e"];
  const row = [1, -9, 3, 5, 0];
  const { incidents } = fold(state(), baseline({ names }), [arrived(part({ names, rows: [row, row, row] }))]);
  expect(recordOf(incidents[0]!).causes.map(({ metric, share }) => [metric, share])).toEqual([
    ["b", expect.closeTo(81 / 116, 4)],
    ["d", expect.closeTo(25 / 116, 4)],
    ["c", expect.closeTo(9 / 116, 4)],
  ]);
});

test("a cause has its metric's own unit", () => {
  // (97 − 16.5) / 7.25 = 11.103 deviations; with load at its mean, √16 = 4 of them are normal: 16.5 + 29.
  const reference = baseline({ names: ["cpu", "load"], mean: [16.5, 1.65], sd: [7.25, 0.725] });
  expect(causesOf(reference, [97, 1.65])).toEqual([
    {
      ...{ metric: "cpu", now: 97, expected: 16.5, low: 2, high: 31, share: 1 },
      contribution: expect.closeTo((80.5 / 7.25) ** 2, 2),
      normalAt: expect.closeTo(45.5, 4),
    },
  ]);
});

test("a metric that is too low is normal again from below", () => {
  expect(causesOf(baseline({ mean: [50], sd: [2] }), [10])).toMatchObject([
    { now: 10, expected: 50, low: 46, high: 54, normalAt: 42 },
  ]);
});

test("a cause shows no normal value where another metric alone is beyond epsilon", () => {
  const causes = causesOf(baseline({ names: ["cpu", "load"] }), [6, -5]);
  expect(causes.map(({ metric, share }) => [metric, share])).toEqual([
    ["cpu", expect.closeTo(36 / 61, 5)],
    ["load", expect.closeTo(25 / 61, 5)],
  ]);
  for (const cause of causes) expect(cause).not.toHaveProperty("normalAt");
});

test("a missing metric is no cause", () => {
  const causes = causesOf(baseline({ names: ["cpu", "load"] }), [Number.NaN, 5]);
  expect(causes).toMatchObject([{ metric: "load", share: 1 }]);
});

/** An hour of errors each morning, none else: that hour widens its band by three units and more, also downwards. */
const inTheMorning = (least: number) => (_: number, minute: number) =>
  minute >= 360 && minute < 420 ? least + ((7 * minute) % 41) : least + ripple(minute) + 1;

test.each([
  ["that was never below zero has no usual range below it", 0, 1],
  ["that was below zero keeps its usual range", -30, -1],
])("a metric %s, at any time, in the first hours or later", (_what, least, sign) => {
  for (const days of [0.5, 5]) {
    const model = fitBands(historyOf({ days }, inTheMorning(least)), ["errors"], "UTC");
    const quarters = Array.from({ length: 96 }, (_, slot) =>
      usualOf({ model }, 0, MONDAY + 7 * DAY + slot * 15 * MINUTE),
    );
    expect([days, Math.sign(Math.min(...quarters.map(({ low }) => low + 1e-9)))]).toEqual([days, sign]);
  }
});

test("a metric that was always zero has an expected value of zero, not somewhat less", () => {
  const model = fitGaussian(new Float64Array(100), 1, { covariance: "diagonal" });
  expect(usualOf({ model }, 0, START)).toMatchObject({ expected: 0, low: 0 });
});
