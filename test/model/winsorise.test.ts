import { fitMemoryless } from "../../lib/model/fit-memoryless.ts";
import { fitForest } from "../../lib/model/forest-fit.ts";
import { fitGaussian } from "../../lib/model/gaussian.ts";
import { boundsOf, winsorise } from "../../lib/model/winsorise.ts";

const NAN = Number.NaN;

/** 0, 1, 4, …, 361, each seven steps behind the one before; and one value in place of 1. */
const SQUARES = Float64Array.from({ length: 20 }, (_, i) => ((7 * i) % 20) ** 2).with(3, 500);

test("bounds are quantiles of the known values", () => {
  // x = np.array([(7 * i % 20) ** 2 for i in range(20)], float); x[3] = 500; np.quantile(x, [.1, .9])
  const bounds = boundsOf(SQUARES, 1, 0.1);
  expect(bounds.low[0]).toBeCloseTo(8.5, 9);
  expect(bounds.high[0]).toBeCloseTo(327.7, 9);
  const pairs = Float64Array.from([...SQUARES].flatMap((x, i) => [x, i % 2 === 0 ? NAN : i]));
  const both = boundsOf(pairs, 2, 0.1);
  expect(both.low[0]).toBe(bounds.low[0]);
  // np.quantile(np.arange(1, 20, 2), [.1, .9])
  expect([both.low[1], both.high[1]]).toEqual([2.8, 17.2]);
  expect([...winsorise(Float64Array.of(-5, NAN, 1e6, 5, 20, 3), both)]).toEqual([
    bounds.low[0],
    NAN,
    bounds.high[0],
    5,
    20,
    3,
  ]);
});

// c = np.clip(x, *np.quantile(x, [.1, .9])); c.mean(), c.std()
const [MEAN, SD] = [138.82, 114.41748817379275];

test.each(["gaussian", "zscore"] as const)("%s: mean and deviation come from the clipped values", (detector) => {
  const model = fitMemoryless(detector, SQUARES, 1, { covariance: "diagonal", seed: 1, winsorize: 0.1 });
  expect(model.mean[0]).toBeCloseTo(MEAN, 9);
  expect(model.sd[0]).toBeCloseTo(SD, 9);
  expect(model.winsorised?.share).toBe(0.1);
});

test("a full covariance comes from the clipped values", () => {
  const rows = Float64Array.from([...SQUARES].flatMap((x, i) => [x, i]));
  const winsorised = boundsOf(rows, 2, 0.1);
  const clipped = fitGaussian(winsorise(rows, winsorised), 2, { covariance: "full" });
  const model = fitGaussian(rows, 2, { covariance: "full", winsorised });
  for (const [k, w] of clipped.whitening!.entries()) expect(model.whitening![k]).toBeCloseTo(w, 9);
});

test("a metric that moves in fewer rows than are winsorised keeps the floor of its whole range", () => {
  const rows = new Float64Array(1_000).fill(20).fill(30, 997);
  const { mean, sd } = fitMemoryless("zscore", rows, 1, { covariance: "diagonal", seed: 1, winsorize: 0.005 });
  // The floor is a hundredth of the mean, 20.03, which is more than one of the range of 10.
  expect([mean[0], sd[0]]).toEqual([20, 0.2003]);
});

test("a forest sees no value beyond the bounds", () => {
  const options = { covariance: "diagonal" as const, seed: 1, winsorize: 0.1 };
  const grown = fitMemoryless("iforest", SQUARES, 1, options);
  const clipped = winsorise(SQUARES, boundsOf(SQUARES, 1, 0.1));
  expect(grown).toMatchObject({ forest: fitForest(clipped, 1, { seed: 1 }) });
});

test("without a share no value is clipped", () => {
  const options = { covariance: "diagonal" as const, seed: 1 };
  expect(fitMemoryless("zscore", SQUARES, 1, { ...options, winsorize: 0 })).toEqual(
    fitMemoryless("zscore", SQUARES, 1, options),
  );
});
