import { fitJudge } from "../../lib/analyze/fit-judge.ts";
import { createScorer } from "../../lib/analyze/row-scorer.ts";
import { gatherTraining } from "../../lib/analyze/training-rows.ts";
import { FIVE_MINUTES, NAMES, ordinaryDays, ROWS_A_DAY } from "../model/ordinary-days.ts";
import { MARCH } from "./support.ts";

/** The verdicts on ten days, of which the first eight trained a judge by bands. */
function judgeTenDays(values: Float64Array) {
  const samples = Array.from({ length: 10 * ROWS_A_DAY }, (_, row) => ({
    values: values.subarray(2 * row, 2 * row + 2),
    time: MARCH + row * FIVE_MINUTES,
  }));
  const gathered = gatherTraining(2);
  for (const sample of samples.slice(0, 8 * ROWS_A_DAY)) gathered.add("", sample);
  const judge = fitJudge("bands", gathered.hosts().get("")!, NAMES, {});
  return { judge, verdicts: samples.map(createScorer(judge)) };
}

// The fault is from 03:00 to 04:00 of the ninth day, where cpu is about 36 %. Three of five samples must be strange,
// so the third of the fault is the first anomaly, or the second if a sample before it was, too. The last anomaly is the
// second sample after the fault.
test("bands find an hour of full load at night, name it, and are quiet until the end of the next day", () => {
  const first = 8 * ROWS_A_DAY + 36;
  const fault = Array.from({ length: 12 }, (_, i) => first + i);
  const { judge, verdicts } = judgeTenDays(ordinaryDays(10, fault));
  expect(judge.threshold).toBe(1);
  const strange = [...verdicts.keys()].filter((row) => verdicts[row]!.isAnomaly);
  expect([first + 1, first + 2]).toContain(strange[0]);
  expect(strange).toEqual(Array.from({ length: first + 14 - strange[0]! }, (_, i) => strange[0]! + i));
  const [reason] = verdicts[first + 5]!.reasons;
  expect(reason).toMatchObject({ metric: 0, value: 95 });
  expect(Math.abs(reason!.usual - 36)).toBeLessThan(4);
  expect(reason!.deviation).toBeGreaterThan(3);
});

// 900 to 1,100 in 300 seconds are 3 to 3.7 a second.
test("bands explain a counter by its rate a second", () => {
  const first = 8 * ROWS_A_DAY + 36;
  const values = ordinaryDays(10);
  for (let row = first; row < 10 * ROWS_A_DAY; row++) values[2 * row + 1]! += 9_000 * Math.min(12, row - first + 1);
  const { verdicts } = judgeTenDays(values);
  const [reason] = verdicts[first + 5]!.reasons;
  expect(reason!.metric).toBe(1);
  expect(reason!.value).toBeGreaterThan(33);
  expect(reason!.value).toBeLessThan(33.7);
  expect(Math.abs(reason!.usual - 10 / 3)).toBeLessThan(0.3);
});
