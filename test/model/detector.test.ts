import { contributionsAlone, type IsolationForest, type Memoryless, scoreAlone } from "../../lib/model/detector.ts";
import { fitMemoryless } from "../../lib/model/fit-memoryless.ts";
import { forestContributions, forestScore } from "../../lib/model/forest.ts";
import { diagonalGaussian } from "../../lib/model/gaussian.ts";
import { WAVES } from "./waves.ts";

const [mean, sd] = [Float64Array.of(10, 5), Float64Array.of(2, 1)];
const zscore: Memoryless = { detector: "zscore", mean, sd, precision: sd.map((s) => 1 / s) };

test("the z-score detector takes the largest deviation of any metric, by hand", () => {
  // Deviations 5 and −1, then 0.5 and −6.
  const rows = Float64Array.of(20, 4, 11, -1);
  expect([scoreAlone(zscore, rows, 0), scoreAlone(zscore, rows, 2)]).toEqual([5, 6]);
  expect([...contributionsAlone(zscore, rows.slice(2))]).toEqual([0.25, 36]);
});

test("a missing metric has a deviation of 0", () => {
  expect(scoreAlone(zscore, Float64Array.of(Number.NaN, 4), 0)).toBe(1);
  expect(scoreAlone(zscore, Float64Array.of(Number.NaN, Number.NaN), 0)).toBe(0);
  expect([...contributionsAlone(zscore, Float64Array.of(Number.NaN, 4))]).toEqual([0, 1]);
});

test("a diagonal Gaussian's score is half the sum of its contributions", () => {
  const gaussian = diagonalGaussian(mean, sd);
  expect(scoreAlone(gaussian, Float64Array.of(20, 4), 0)).toBe(13);
  expect([...contributionsAlone(gaussian, Float64Array.of(20, 4))]).toEqual([25, 1]);
});

test("a forest's contributions are the forest's own", () => {
  const model = fitMemoryless("iforest", WAVES, 3, { covariance: "diagonal", seed: 7 }) as IsolationForest;
  const row = Float64Array.of(10, 5, 2_000);
  const credits = forestContributions(model.forest, row);
  expect(scoreAlone(model, row, 0)).toBe(forestScore(model.forest, row, 0));
  expect([...contributionsAlone(model, row)]).toEqual([...credits]);
  // The third metric is far beyond its 1100 at most.
  expect(credits[2]).toBeGreaterThan(Math.max(credits[0]!, credits[1]!));
});
