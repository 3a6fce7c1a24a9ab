import fc from "fast-check";
import { attribute } from "../../lib/model/attribution.ts";
import { diagonalGaussian, type Gaussian, scoreOf, whitenedGaussian } from "../../lib/model/gaussian.ts";

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

/** Feature and normalAt of each cause, in their order. */
function normalsOf(model: Gaussian, row: readonly number[], epsilon: number) {
  return attribute(model, Float64Array.from(row), 0, epsilon, ALL).map(({ feature, normalAt }) => [feature, normalAt]);
}

test("two independent features, by hand", () => {
  // Deviations 5 and −1: of 26, 25 and 1. Within epsilon 8 the squares sum to 16: √15 deviations are left for the first.
  expect(attribute(diagonal, Float64Array.of(20, 4), 0, 8, ALL)).toEqual([
    { feature: 0, z: 5, share: 25 / 26, normalAt: expect.closeTo(10 + 2 * Math.sqrt(15), 10) },
    { feature: 1, z: -1, share: 1 / 26 },
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
  expect(normalsOf(diagonal, row, 8)).toEqual(
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
  expect(normalsOf(full, row, epsilon)).toEqual(
    expected.map(([feature, at]) => [feature, at === undefined ? undefined : expect.closeTo(at, 10)]),
  );
});

test("shares are those of the squared deviations, largest first", () => {
  const causes = attribute(full, Float64Array.of(18, 6, -1), 0, 6, ALL);
  expect(causes.map(({ feature, z, share }) => [feature, z, share])).toEqual([
    [0, 4, expect.closeTo(0.9171974522292995, 12)],
    [1, 1, expect.closeTo(0.05732484076433122, 12)],
    [2, expect.closeTo(2 / 3, 12), expect.closeTo(0.025477707006369428, 12)],
  ]);
});

test("only so many as were asked for", () => {
  expect(attribute(full, Float64Array.of(18, 6, -1), 0, 6, 2).map(({ feature }) => feature)).toEqual([0, 1]);
});

test("the row at the offset is meant", () => {
  expect(attribute(diagonal, Float64Array.of(20, 4, 10, 9), 2, 8, ALL)).toMatchObject([{ feature: 1, z: 4, share: 1 }]);
});

test("features at their mean are no causes, and a sample at all means has none", () => {
  expect(attribute(diagonal, Float64Array.of(10, 5), 0, 8, ALL)).toEqual([]);
  expect(attribute(diagonal, Float64Array.of(Number.NaN, Number.NaN), 0, 8, ALL)).toEqual([]);
});

test("missing features are no causes; the others share what is left", () => {
  expect(attribute(diagonal, Float64Array.of(Number.NaN, 9), 0, 8, ALL)).toMatchObject([
    { feature: 1, z: 4, share: 1 },
  ]);
  expect(attribute(full, Float64Array.of(Number.NaN, 9, -0.5), 0, 8, ALL)).toEqual([
    { feature: 1, z: 4, share: 16 / 17 },
    { feature: 2, z: 1, share: 1 / 17 },
  ]);
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

test("with a value put right, the score is epsilon, and no value nearer does it", () => {
  let tried = 0;
  fc.assert(
    fc.property(anyCase, anyEpsilon, ({ model, deviations }, epsilon) => {
      const row = rowOf(model, deviations);
      for (const { feature, normalAt } of attribute(model, row, 0, epsilon, ALL)) {
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

test("where no value puts it right, none of many tried does", () => {
  fc.assert(
    fc.property(
      anyCase,
      anyEpsilon,
      fc.array(anyDeviation, { minLength: 30, maxLength: 30 }),
      ({ model, deviations }, epsilon, values) => {
        const row = rowOf(model, deviations);
        for (const { feature, normalAt } of attribute(model, row, 0, epsilon, ALL)) {
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

test("shares are in falling order and sum to one at most", () => {
  fc.assert(
    fc.property(anyCase, fc.integer({ min: 1, max: 4 }), ({ model, deviations }, top) => {
      const shares = attribute(model, rowOf(model, deviations), 0, 8, top).map(({ share }) => share);
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      expect(shares.length).toBeLessThanOrEqual(top);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
});
