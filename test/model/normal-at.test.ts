import fc from "fast-check";
import { attribute } from "../../lib/model/attribution.ts";
import { contributionsAlone } from "../../lib/model/detector.ts";
import { diagonalGaussian, type Gaussian, scoreOf, whitenedGaussian } from "../../lib/model/gaussian.ts";
import { gaussianNormalAt, normalBetween } from "../../lib/model/normal-at.ts";

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

/** Feature and the value that would be normal of each cause, the largest first. */
function normalsOf(model: Gaussian, row: Float64Array, epsilon: number) {
  return attribute(contributionsAlone(model, row), ALL).map(
    ({ metric }) => [metric, gaussianNormalAt(model, row, metric, epsilon)] as const,
  );
}

test("two independent features become normal at the values of a hand calculation", () => {
  // Deviations 5 and −1. Within epsilon 8 the squares sum to 16: √15 deviations are left for the first.
  expect(normalsOf(diagonal, Float64Array.of(20, 4), 8)).toEqual([
    [0, expect.closeTo(10 + 2 * Math.sqrt(15), 10)],
    [1, undefined],
  ]);
});

test.each([
  ["above its mean", [20, 5], [[0, 18]]],
  ["below its mean", [0, 5], [[0, 2]]],
  [
    "beside another that is strange, but not alone",
    [10 + 2 * 4.5, 5 + 3],
    [
      [0, 10 + 2 * Math.sqrt(7)],
      [1, undefined],
    ],
  ],
  [
    "beside another that is beyond epsilon alone",
    [22, 0],
    [
      [0, undefined],
      [1, undefined],
    ],
  ],
  ["normal already: as far out as it could go", [16, 5], [[0, 18]]],
])("a feature %s becomes normal at the nearest value", (_, row, expected) => {
  expect(normalsOf(diagonal, Float64Array.from(row), 8)).toEqual(
    expected.map(([feature, at]) => [feature, at === undefined ? undefined : expect.closeTo(at, 10)]),
  );
});

/** python3: d = x - m; P = inv(S); the root of (d + t e_f)ᵀ P (d + t e_f) = 2 epsilon nearest to t = 0, for each feature f. */
test.each([
  [
    [18, 6, -1],
    6,
    [
      [0, 16.487650686697606],
      [1, undefined],
      [2, undefined],
    ],
  ],
  [[10, 9, -2], 6, [[1, 7.7489218665817745]]],
  [
    [4, 5, 6],
    12,
    [
      [2, 2.296690241242076],
      [0, undefined],
    ],
  ],
])("correlated features %j with epsilon %d, by numpy", (row, epsilon, expected) => {
  expect(normalsOf(full, Float64Array.from(row), epsilon)).toEqual(
    expected.map(([feature, at]) => [feature, at === undefined ? undefined : expect.closeTo(at, 10)]),
  );
});

const anyDeviation = fc.double({ min: -12, max: 12, noNaN: true });
const anyEpsilon = fc.double({ min: 2, max: 40, noNaN: true });

/** No baseline has a standard deviation below a hundredth of the mean (gaussian.ts), so that digits are left to work with. */
const anyFeature = fc
  .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }))
  .map(([mean, sd]) => ({ mean, sd: Math.max(sd, Math.abs(mean) / 100) }));

/** Any of the two models with a row given in standard deviations; a diagonal one may miss some of its four features. */
const anyCase = fc.oneof(
  fc.record({
    model: fc.array(anyFeature, { minLength: 4, maxLength: 4 }).map((features) =>
      diagonalGaussian(
        Float64Array.from(features, ({ mean }) => mean),
        Float64Array.from(features, ({ sd }) => sd),
      ),
    ),
    deviations: fc.array(fc.oneof({ weight: 5, arbitrary: anyDeviation }, fc.constant(Number.NaN)), {
      minLength: 4,
      maxLength: 4,
    }),
  }),
  fc.record({ model: fc.constant(full), deviations: fc.array(anyDeviation, { minLength: 3, maxLength: 3 }) }),
);

function rowOf(model: Gaussian, deviations: readonly number[]): Float64Array {
  return model.mean.map((mean, j) => mean + deviations[j]! * model.sd[j]!);
}

test("with the found value the score is epsilon, and no nearer value reaches it", () => {
  let tried = 0;
  fc.assert(
    fc.property(anyCase, anyEpsilon, ({ model, deviations }, epsilon) => {
      const row = rowOf(model, deviations);
      for (const [feature, normalAt] of normalsOf(model, row, epsilon)) {
        if (normalAt === undefined) continue;
        tried++;
        expect(Math.abs(scoreOf(model, row.with(feature, normalAt)) / epsilon - 1)).toBeLessThan(1e-9);
        const isOver = scoreOf(model, row) > epsilon;
        for (const way of [0.1, 0.5, 0.9]) {
          const between = row[feature]! + way * (normalAt - row[feature]!);
          expect(scoreOf(model, row.with(feature, between)) > epsilon).toBe(isOver);
        }
      }
    }),
    { numRuns: 500 },
  );
  expect(tried).toBeGreaterThan(100);
});

test("where no value is found, none of many tried values works", () => {
  fc.assert(
    fc.property(
      anyCase,
      anyEpsilon,
      fc.array(anyDeviation, { minLength: 30, maxLength: 30 }),
      ({ model, deviations }, epsilon, values) => {
        const row = rowOf(model, deviations);
        for (const [feature, normalAt] of normalsOf(model, row, epsilon)) {
          if (normalAt !== undefined) continue;
          const scores = values.map((z) =>
            scoreOf(model, row.with(feature, model.mean[feature]! + z * model.sd[feature]!)),
          );
          expect(Math.min(...scores)).toBeGreaterThan(epsilon);
        }
      },
    ),
  );
});

describe("between the usual value and the present one", () => {
  test("halving finds the value at which any falling score meets epsilon", () => {
    // (x − 3)² = 4 at 5 and at 1.
    const scoreAt = (value: number) => (value - 3) ** 2;
    expect(normalBetween(3, 50, 4, scoreAt)).toBeCloseTo(5, 5);
    expect(normalBetween(3, -20, 4, scoreAt)).toBeCloseTo(1, 5);
  });

  test("there is no answer where the usual value is not normal either, or the present one is normal", () => {
    expect(normalBetween(3, 50, 4, () => 5)).toBeUndefined();
    expect(normalBetween(3, 4, 4, (value) => (value - 3) ** 2)).toBeUndefined();
    expect(normalBetween(3, 50, 4, () => Number.NaN)).toBeUndefined();
  });

  test("a Gaussian gives the closed form, where one feature alone would do", () => {
    fc.assert(
      fc.property(anyCase, anyEpsilon, ({ model, deviations }, epsilon) => {
        const row = rowOf(model, deviations);
        for (const [feature, normalAt] of normalsOf(model, row, epsilon)) {
          const scoreAt = (value: number) => scoreOf(model, row.with(feature, value));
          const found = normalBetween(model.mean[feature]!, row[feature]!, epsilon, scoreAt);
          if (found === undefined) continue;
          const span = Math.abs(row[feature]! - model.mean[feature]!);
          expect(Math.abs(found - normalAt!)).toBeLessThanOrEqual(span * 2 ** -23);
        }
      }),
    );
  });
});
