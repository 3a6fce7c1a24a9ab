// A reconstruction compares a value with its prediction, and so does its reason.
import { fitJudge } from "../../lib/analyze/fit-judge.ts";
import { createScorer } from "../../lib/analyze/row-scorer.ts";
import { gatherTraining } from "../../lib/analyze/training-rows.ts";
import { reasonText } from "../../lib/table/metrics-history.ts";
import { seededRandom } from "../simulation/random.ts";

const random = seededRandom(2);
const noise = (size: number) => size * (random() + random() + random() - 1.5);
/** The CPU is half the requests above or below 100, more or less. */
const rows = Array.from({ length: 1_000 }, (_, i) => {
  const requests = 100 + noise(20);
  return { values: Float64Array.of(requests, (requests - 100) / 2 + 50 + noise(1)), time: i * 60_000 };
});
/** The story: many requests and no more CPU than usual, each value within its own range. */
const story = Array.from({ length: 12 }, (_, i) => ({ values: Float64Array.of(120, 50), time: (1_000 + i) * 60_000 }));

function verdictBy(detector: Parameters<typeof fitJudge>[0]) {
  const training = gatherTraining(2);
  for (const row of rows) training.add("", row);
  const score = createScorer(fitJudge(detector, training.hosts().get("")!, ["requests", "cpu"], {}));
  for (const row of rows) score(row);
  return story.map(score).at(-1)!;
}

test.each([
  ["alone", "reconstruction"],
  ["as the first of an ensemble", { members: ["reconstruction", "zscore"], by: "maximum" }],
] as const)("%s it names the value that the partner predicts", (_, detector) => {
  const { isAnomaly, reasons } = verdictBy(detector);
  expect(isAnomaly).toBe(true);
  const cpu = reasons.find(({ metric }) => metric === 1)!;
  expect(cpu).toMatchObject({ value: 50, predicted: true });
  // By the partner 60, by its own usual value 50; the ridge of the fit draws a prediction to the usual value.
  expect(cpu.usual).toBeGreaterThan(54);
  expect(cpu.usual).toBeLessThan(61);
  expect(cpu.deviation).toBeLessThan(-2);
});

test("the sentence says so, and other detectors name the usual value", () => {
  const cpu = { metric: "cpu", value: 88, usual: 41, deviation: 4.2 };
  expect(reasonText({ ...cpu, predicted: true })).toBe("cpu 88 is high: expected 41 from the other metrics (4.2 sd)");
  expect(reasonText(cpu)).toBe("cpu 88 is high: usually 41 (4.2 sd)");
});

test("in an ensemble the member that says what is usual decides", () => {
  const { reasons } = verdictBy({ members: ["reconstruction", "gaussian"], by: "maximum" });
  expect(reasons[0]!.predicted).toBe(true);
  const other = verdictBy({ members: ["gaussian", "reconstruction"], by: "maximum" });
  expect(other.isAnomaly).toBe(true);
  expect(other.reasons.filter(({ predicted }) => predicted)).toEqual([]);
});
