// A file's rows under several detectors together.
import { fitJudge } from "../../lib/analyze/fit-judge.ts";
import { plainLayout, shown } from "../../lib/analyze/layout.ts";
import { createScorer } from "../../lib/analyze/row-scorer.ts";
import { gatherTraining } from "../../lib/analyze/training-rows.ts";
import { seededRandom } from "../simulation/random.ts";

const random = seededRandom(3);
const noise = () => random() + random() + random() - 1.5;
const calm = Array.from({ length: 500 }, (_, i) => ({ values: Float64Array.of(noise(), noise()), time: i * 60_000 }));
const training = () => {
  const gathered = gatherTraining(2);
  for (const sample of calm) gathered.add("", sample);
  return gathered.hosts().get("")!;
};
const spike = { values: Float64Array.of(12, 0), time: 500 * 60_000 };
const verdictOn = (detector: Parameters<typeof fitJudge>[0], options = {}) => {
  const judge = fitJudge(detector, training(), ["cpu", "load"], options);
  const score = createScorer(judge);
  for (const sample of calm) score(sample);
  return { ...judge, verdict: score(spike) };
};

test("the score is the mean of both detectors' scores over their own thresholds, and each is shown", () => {
  const [one, other] = (["zscore", "gaussian"] as const).map((detector) => verdictOn(detector));
  const expected = [one!, other!].map(({ verdict, threshold }) => verdict.score / threshold);
  const { verdict, threshold } = verdictOn({ members: ["zscore", "gaussian"], by: "mean" });
  expect(threshold).toBe(1);
  expect(verdict.score).toBeCloseTo((expected[0]! + expected[1]!) / 2, 9);
  expect(verdict.isAnomaly).toBe(true);
  expect(verdict.members!.map(({ detector }) => detector)).toEqual(["zscore", "gaussian"]);
  for (const [k, ratio] of expected.entries()) expect(verdict.members![k]!.ratio).toBeCloseTo(ratio, 9);
  expect(verdict.reasons[0]).toMatchObject({ metric: 0, value: 12 });
  expect(verdict.reasons[0]!.share).toBeGreaterThan(0.9);
  const layout = plainLayout({ metrics: ["cpu", "load"] }, "score", ["zscore", "gaussian"]);
  expect(layout.map(({ title }) => title)).toEqual(["cpu", "load", "score", "zscore", "gaussian", "anomaly"]);
  expect(shown(layout[3]!, { ...spike, verdict })).toBe(expected[0]!.toFixed(2));
});

test("with a wanted share, that share of the training rows scores above the threshold", () => {
  const { threshold, model } = verdictOn({ members: ["zscore", "gaussian"], by: "maximum" }, { contamination: 0.1 });
  const score = createScorer({ model, threshold });
  expect(calm.filter((sample) => score(sample).isAnomaly)).toHaveLength(50);
});
