// Metrics that never changed in the rows that were fitted to, and how far a change of each is strange.
import { unchangedFindings } from "../../lib/analyze/findings-text.ts";
import { fitJudge } from "../../lib/analyze/fit-judge.ts";
import { unchangedMetrics } from "../../lib/analyze/own-metrics.ts";
import { createScorer } from "../../lib/analyze/row-scorer.ts";
import { gatherTraining } from "../../lib/analyze/training-rows.ts";
import { analyzeText, rows } from "../cli/analyzed.ts";

const NAMES = ["cpu", "cores"];
const training = gatherTraining(2);
for (let i = 0; i < 300; i++) training.add("", { values: Float64Array.of(20 + ((i * 7) % 11), 8), time: i * 60_000 });
const TRAINING = training.hosts().get("")!;

// The deviation of a constant 8 is 1 % of it: 8 ± 3 · 0.08 by the z-score.
test("the z-score names a constant metric, its value, and the limits of three deviations", () => {
  const judge = fitJudge("zscore", TRAINING, NAMES, {});
  expect(unchangedMetrics(judge, TRAINING, NAMES)).toEqual([
    { metric: "cores", value: 8, above: expect.closeTo(8.24, 9), below: expect.closeTo(7.76, 9) },
  ]);
});

test("beyond the limits a row is an anomaly, and just within it is none", () => {
  for (const detector of ["zscore", "gaussian"] as const) {
    const judge = fitJudge(detector, TRAINING, NAMES, {});
    const [{ above = Number.NaN } = {}] = unchangedMetrics(judge, TRAINING, NAMES);
    const mean = Float64Array.of(...TRAINING.moments.shift.map((shift, j) => shift + TRAINING.moments.mean[j]!));
    const isAnomaly = (value: number) => createScorer(judge)({ values: mean.with(1, value) }).isAnomaly;
    expect([above - 1e-6, above + 1e-6].map(isAnomaly)).toEqual([false, true]);
  }
});

test("a forest, which never splits by such a metric, has no limits", () => {
  const judge = fitJudge("iforest", TRAINING, NAMES, {});
  expect(unchangedMetrics(judge, TRAINING, NAMES)).toEqual([{ metric: "cores", value: 8 }]);
});

test("one host reads the limits, and several the number of hosts", async () => {
  const line = (i: number) => `${1_740_787_200 + 60 * i},${20 + ((i * 7) % 11)},8`;
  const { unchanged } = await analyzeText(`time,cpu,cores\n${rows(100, line)}`);
  expect(unchangedFindings(unchanged, 1)).toEqual([
    "Never changed in the rows that were fitted to: cores 8 (strange below 7.76, above 8.24).",
  ]);
  const hosts = (i: number) => `${1_740_787_200 + 60 * i},web-${i % 3},${i},${i % 3 === 0 ? i : 8}`;
  const several = await analyzeText(`time,host,cpu,cores\n${rows(90, hosts)}`);
  expect(unchangedFindings(several.unchanged, 3)).toEqual([
    "Never changed in the rows that were fitted to: cores (2 of 3 hosts).",
  ]);
  expect(unchangedFindings(new Map(), 1)).toEqual([]);
});
