// Metrics that do not count by the policy take their share of the score with them. Diagonal Gaussians: each metric's
// part is z² / 2.
import { fitForest } from "../../lib/model/forest-fit.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { joinCauses } from "../../lib/watch/causes.ts";
import { fold } from "../../lib/watch/fold.ts";
import type { HostPolicy, MetricPolicy } from "../../lib/watch/policy.ts";
import { scorePart } from "../../lib/watch/scoring.ts";
import { arrived, baseline, part, state, timeOf } from "../factories.ts";
import { flagsOf } from "./story.ts";

const ALL: MetricPolicy = { direction: "both", minAbsolute: 0, minRelative: 0 };

function policyOf(metrics: Readonly<Record<string, Partial<MetricPolicy>>>): HostPolicy {
  const known = new Map(Object.entries(metrics).map(([name, policy]) => [name, { ...ALL, ...policy }]));
  return { rules: [], metric: (name) => known.get(name) };
}

/** The score of a sample that came three times, and its causes. */
function judged(reference: Baseline, values: readonly number[], policy?: HostPolicy) {
  const times = [0, 1, 2].map(timeOf);
  const unscored = { values: Float64Array.from([...values, ...values, ...values]), times, inOrder: [0, 1, 2] };
  const { scores, explain } = scorePart(reference, undefined, unscored, policy);
  const causes = joinCauses([], reference, explain(2));
  return { score: scores[2]!, causes: causes.map(({ metric, share, normalAt }) => ({ metric, share, normalAt })) };
}

const two = baseline({ names: ["cpu", "load"] });

test.each<[string, Partial<MetricPolicy>, number, number]>([
  // cpu contributes 3² / 2 = 4.5, load 5² / 2 = 12.5, together 17.
  ["up counts above", { direction: "up" }, 5, 17],
  ["up does not count below", { direction: "up" }, -5, 4.5],
  ["down counts below", { direction: "down" }, -5, 17],
  ["down does not count above", { direction: "down" }, 5, 4.5],
  ["both count both sides", {}, -5, 17],
  ["a distance as large as the least counts", { minAbsolute: 5 }, 5, 17],
  ["a smaller distance does not count", { minAbsolute: 5.01 }, -5, 4.5],
  ["any relative change from 0 is large enough", { minRelative: 9 }, 5, 17],
])("how the policy of a metric counts: %s", (_, policy, load, score) => {
  expect(judged(two, [3, load], policyOf({ load: policy })).score).toBeCloseTo(score, 12);
});

test.each([
  [0.05, 12.5],
  [0.051, 0],
])("5 above an expected 100 is a change of 0.05: with a least change of %f it scores %f", (minRelative, score) => {
  for (const mean of [100, -100]) {
    expect(judged(baseline({ mean: [mean] }), [mean + 5], policyOf({ cpu: { minRelative } })).score).toBe(score);
  }
});

test("a value that is no anomaly keeps its score", () => {
  expect(judged(two, [0, 4], policyOf({ load: { direction: "down" } })).score).toBe(8);
});

test("a policy of other metrics changes nothing", () => {
  const policy = policyOf({ disk: { direction: "down", minAbsolute: 1e9 } });
  expect(judged(two, [3, 5], policy)).toEqual(judged(two, [3, 5]));
});

test("a policy does not change how a missing metric is scored", () => {
  const policy = policyOf({ load: { direction: "up", minAbsolute: 1 } });
  expect(judged(two, [6, Number.NaN], policy)).toEqual(judged(two, [6, Number.NaN]));
});

test("causes are the metrics that count, with their shares among these, and their own normal values", () => {
  // Of 25 and 25 the first remains: normal at 4, since 4² / 2 = 8.
  expect(judged(two, [5, 5], policyOf({ load: { direction: "down" } }))).toEqual({
    score: 12.5,
    causes: [{ metric: "cpu", share: 1, normalAt: expect.closeTo(4, 4) }],
  });
});

test("verdict, flags, crossings and peak follow the metrics that count", () => {
  const names = ["cpu", "load"];
  const several = (row: number[]) => [row, row, row];
  const rows = [...several([3, 5]), ...several([5, 5]), ...several([5, -9])];
  const folded = fold(state(), two, [arrived(part({ names, rows }))], policyOf({ load: { direction: "down" } }));
  // All metrics of the last samples count: (25 + 81) / 2.
  const expected = [0, 0, 4.5, 4.5, 4.5, 12.5, 12.5, 12.5, 53];
  expect(folded.parts[0]!.scores).toEqual(expected.map((score) => expect.closeTo(score, 10)));
  expect(flagsOf(folded)[0]!.map((flag) => flag & Flag.anomaly)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1]);
  expect(folded.state.verdict!.score).toBeCloseTo(53, 10);
  expect(folded.state.incident).toMatchObject({ opened: timeOf(5), anomalies: 4, peak: { time: timeOf(8) } });
});

test("the z-score is the largest deviation among the metrics that count", () => {
  const { mean, sd } = two.model as { mean: Float64Array; sd: Float64Array };
  const reference: Baseline = { ...two, epsilon: 6, model: { detector: "zscore", mean, sd, precision: sd } };
  expect(judged(reference, [8, 10], policyOf({ load: { direction: "down" } })).score).toBe(8);
  expect(judged(reference, [8, 10], policyOf({ cpu: { direction: "down" } })).score).toBe(10);
});

test("a forest scores the sample again, with usual values for the metrics that do not count", () => {
  const rows = Array.from({ length: 500 }, (_, i) => [Math.sin(i), Math.cos(1.7 * i)]).flat();
  const forest = fitForest(Float64Array.from(rows), 2, { seed: 7 });
  const model = { detector: "iforest" as const, forest, mean: new Float64Array(2), sd: new Float64Array(2).fill(1) };
  const reference: Baseline = { ...two, epsilon: 0.5, model };
  const policy = policyOf({ load: { direction: "down" } });
  expect(judged(reference, [3, 5], policy).score).toBe(judged(reference, [3, 0]).score);
  expect(judged(reference, [3, 5], policy).score).toBeLessThan(judged(reference, [3, 5]).score);
});

test("a deviation that does not count feeds no score of several samples, and leaves no trace in later ones", () => {
  const told = (policy?: HostPolicy) =>
    fold(state(), baseline(), [arrived(part({ rows: excursion.map((value) => [value]) }))], policy);
  const excursion = [...Array<number>(20).fill(0), ...Array<number>(20).fill(9), ...Array<number>(20).fill(0)];
  expect(told().notices.map(({ kind }) => kind)).toContain("opened");
  const { notices, parts } = told(policyOf({ cpu: { minAbsolute: 9.5 } }));
  expect(notices).toEqual([]);
  expect(parts[0]!.flags.filter((flag) => flag & Flag.anomaly)).toEqual([]);
  expect(told(policyOf({ cpu: { direction: "up" } })).parts).toEqual(told().parts);
});
