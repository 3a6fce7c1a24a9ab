import fc from "fast-check";
import { attribute } from "../../lib/model/attribution.ts";
import { contributionsAlone } from "../../lib/model/detector.ts";
import { diagonalGaussian, type Gaussian, whitenedGaussian } from "../../lib/model/gaussian.ts";

const ALL = 99;

/** Means 10 and 5, standard deviations 2 and 1. */
const diagonal = diagonalGaussian(Float64Array.of(10, 5), Float64Array.of(2, 1));

/**
 * python3: S = np.array([[4,1.2,.5],[1.2,1,.3],[.5,.3,2.25]]), m = [10,5,-2]; this is np.linalg.inv(np.linalg.cholesky(S)) by rows.
 */
const full = whitenedGaussian(
  Float64Array.of(10, 5, -2),
  Float64Array.of(2, 1, 1.5),
  Float64Array.of(0.5, -0.375, 1.25, -0.03727625324870168, -0.15975537106586435, 0.6816229165476879),
);

/** As the watch attributes a sample. */
function causesOf(model: Gaussian, row: readonly number[], top = ALL) {
  return attribute(contributionsAlone(model, Float64Array.from(row)), top);
}

test("attribution ranks contributions, and shares are of all of them, by hand", () => {
  expect(attribute(Float64Array.of(1, 0, 5, 2), 3)).toEqual([
    { metric: 2, contribution: 5, share: 5 / 8 },
    { metric: 3, contribution: 2, share: 2 / 8 },
    { metric: 0, contribution: 1, share: 1 / 8 },
  ]);
});

test("the first of equal contributions comes first, whatever is left out", () => {
  expect(attribute(Float64Array.of(1, 3, 3, 3), 2).map(({ metric }) => metric)).toEqual([1, 2]);
});

test("a credit below zero is no contribution, and takes nothing from the others", () => {
  expect(attribute(Float64Array.of(-4, 3, 1), ALL)).toEqual([
    { metric: 1, contribution: 3, share: 3 / 4 },
    { metric: 2, contribution: 1, share: 1 / 4 },
  ]);
});

test("two independent features have the shares of a hand calculation", () => {
  // Deviations 5 and −1: of 26, 25 and 1.
  expect(causesOf(diagonal, [20, 4])).toEqual([
    { metric: 0, contribution: 25, share: 25 / 26 },
    { metric: 1, contribution: 1, share: 1 / 26 },
  ]);
});

test("shares follow the squared deviations, largest first", () => {
  expect(causesOf(full, [18, 6, -1]).map(({ metric, contribution, share }) => [metric, contribution, share])).toEqual([
    [0, 16, expect.closeTo(0.9171974522292995, 12)],
    [1, 1, expect.closeTo(0.05732484076433122, 12)],
    [2, expect.closeTo(4 / 9, 12), expect.closeTo(0.025477707006369428, 12)],
  ]);
});

test("attribution returns at most the requested number of causes", () => {
  expect(causesOf(full, [18, 6, -1], 2).map(({ metric }) => metric)).toEqual([0, 1]);
});

test("features at their mean are no causes, and a sample at all means has none", () => {
  expect(causesOf(diagonal, [10, 5])).toEqual([]);
  expect(causesOf(diagonal, [Number.NaN, Number.NaN])).toEqual([]);
});

test("missing features are no causes; the others share the rest", () => {
  expect(causesOf(diagonal, [Number.NaN, 9])).toEqual([{ metric: 1, contribution: 16, share: 1 }]);
  expect(causesOf(full, [Number.NaN, 9, -0.5])).toEqual([
    { metric: 1, contribution: 16, share: 16 / 17 },
    { metric: 2, contribution: 1, share: 1 / 17 },
  ]);
});

test("causes equal a full sort, in falling order, and their shares sum to one at most", () => {
  const anyContributions = fc.array(fc.oneof(fc.nat(5), fc.double({ min: -1, max: 1e9, noNaN: true })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(anyContributions, fc.integer({ min: 1, max: 4 }), (contributions, top) => {
      const found = attribute(Float64Array.from(contributions), top);
      const sorted = contributions
        .map((contribution, metric) => ({ metric, contribution }))
        .filter((one) => one.contribution > 0);
      sorted.sort((a, b) => b.contribution - a.contribution || a.metric - b.metric);
      expect(found).toMatchObject(sorted.slice(0, top));
      expect(found).toHaveLength(Math.min(top, sorted.length));
      expect(found.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
});
