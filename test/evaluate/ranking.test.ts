import { averagePrecision, rocAuc } from "../../lib/evaluate/ranking.ts";

const SCORES = Float64Array.of(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8);
const LABELS = Uint8Array.of(0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0);

// Recall steps of 1/5 at 9, 4 and 3, of 2/5 at 5: (1·1/1 + 2·3/6 + 1·4/7 + 1·5/9) / 5.
test("average precision goes in steps and takes equal scores together", () => {
  expect(averagePrecision(SCORES, LABELS)).toBeCloseTo((1 + 2 * (3 / 6) + 4 / 7 + 5 / 9) / 5, 12);
});

// r = scipy.stats.rankdata(scores); (r[y == 1].sum() - 5*6/2) / (5*7)  →  0.6714285714285714
test("ROC-AUC is that of average ranks", () => expect(rocAuc(SCORES, LABELS)).toBeCloseTo(0.6714285714285714, 12));

test("a perfect ranking gets 1, a reversed one 0, and equal scores the value of chance", () => {
  const labels = Uint8Array.of(0, 0, 1);
  expect([averagePrecision(Float64Array.of(1, 2, 3), labels), rocAuc(Float64Array.of(1, 2, 3), labels)]).toEqual([
    1, 1,
  ]);
  expect([averagePrecision(Float64Array.of(3, 2, 1), labels), rocAuc(Float64Array.of(3, 2, 1), labels)]).toEqual([
    1 / 3,
    0,
  ]);
  expect([averagePrecision(Float64Array.of(2, 2, 2), labels), rocAuc(Float64Array.of(2, 2, 2), labels)]).toEqual([
    1 / 3,
    0.5,
  ]);
});

test("infinite scores rank highest", () => {
  expect(rocAuc(Float64Array.of(1, Number.POSITIVE_INFINITY, 1), Uint8Array.of(0, 1, 0))).toBe(1);
});

test("without an anomaly both are NaN", () => {
  expect(averagePrecision(Float64Array.of(1, 2), new Uint8Array(2))).toBeNaN();
  expect(rocAuc(Float64Array.of(1, 2), new Uint8Array(2))).toBeNaN();
});
