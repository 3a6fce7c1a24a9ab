import { scoreSeries } from "../../lib/evaluate/scored-series.ts";
import { FIVE_MINUTES, NAMES, ordinaryDays, ROWS_A_DAY } from "../model/ordinary-days.ts";

const OPTIONS = {
  detector: "bands",
  covariance: "diagonal",
  intervalMs: FIVE_MINUTES,
  keepAnomalies: false,
  seed: 1,
} as const;

// The fault is from 03:00 to 04:00 of the first day of the test. Three of five samples must be strange, so the third of
// the fault is the first above 1, and the second after it is the last.
test("bands find an hour of full load and are quiet on the next day, whose fit has seen the fault", () => {
  const fault = Array.from({ length: 12 }, (_, i) => 8 * ROWS_A_DAY + 36 + i);
  const values = ordinaryDays(10, fault);
  const cut = 2 * 8 * ROWS_A_DAY;
  const { scores, contributions, epsilon } = scoreSeries(values.subarray(0, cut), values.subarray(cut), NAMES, OPTIONS);
  expect(epsilon).toBe(1);
  expect(scores).toHaveLength(2 * ROWS_A_DAY);
  const strange = [...scores.keys()].filter((row) => scores[row]! > epsilon);
  expect(strange).toEqual(Array.from({ length: 12 }, (_, i) => 38 + i));
  const [cpu, requests] = contributions(40);
  expect(cpu).toBe(scores[40]);
  expect(requests).toBeLessThan(0.1);
});
