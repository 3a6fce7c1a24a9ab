import fc from "fast-check";
import {
  diagonalGaussian,
  equivalentDistance,
  fitGaussian,
  type Gaussian,
  scoreOf,
  whitenedGaussian,
  zScore,
} from "../../lib/model/gaussian.ts";
import { WAVES } from "./waves.ts";

const NONE = Number.NaN;

const score = (model: Gaussian, ...values: number[]) => scoreOf(model, Float64Array.from(values));

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

function row(features: number, value: fc.Arbitrary<number>) {
  return fc.array(value, { minLength: features, maxLength: features });
}

/** Uniform numbers from a seed (mulberry32), and normal ones from them (Box and Muller). */
function randomNumbers(seed: number) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** Rows of normal features that share a common cause, so that any two are correlated by ½ or so. */
function correlatedRows(rows: number, features: number, normal: () => number): Float64Array {
  const values = new Float64Array(rows * features);
  for (let i = 0; i < rows; i++) {
    const common = normal();
    for (let j = 0; j < features; j++) values[i * features + j] = 100 + (j + 1) * (common + (0.7 + j / 20) * normal());
  }
  return values;
}

// python3: X as in waves.ts; m = X.mean(0); C = np.cov(X.T, ddof=0); q = [12, 5, 1050] and [4, 9, 700]
describe("log-density", () => {
  // scipy.stats.multivariate_normal(m, C).logpdf(q); diagonal: np.diag(np.diag(C))
  test.each([
    ["diagonal", [-8.227788928742454, -32.96974985153673]],
    ["full", [-8.259884597858372, -46.63871039086049]],
  ] as const)("is scipy's: %s", (covariance, [near, far]) => {
    const model = fitGaussian(WAVES, 3, { covariance });
    expect(model.logPeak - score(model, 12, 5, 1050)).toBeCloseTo(near, 10);
    expect(model.logPeak - score(model, 4, 9, 700)).toBeCloseTo(far, 10);
  });

  // d = (q - m)[keep]; d @ np.linalg.inv(C[np.ix_(keep, keep)]) @ d; diagonal: sum(d**2 / np.diag(C)[keep])
  test.each([
    ["full", [NONE, 9, 700], 42.541800549421666],
    ["full", [4, NONE, 700], 26.85736267298139],
    ["full", [4, 9, NONE], 59.02433478126304],
    ["full", [4, NONE, NONE], 8.0563279632307],
    ["full", [NONE, 9, NONE], 24.759365755396438],
    ["full", [NONE, NONE, 700], 18.03058952428376],
    ["full", [NONE, 5, 1050], 0.4832182502762534],
    ["diagonal", [NONE, 9, 700], 42.7899552796802],
    ["diagonal", [4, NONE, 700], 26.086917487514462],
    ["diagonal", [4, 9, NONE], 32.81569371862714],
  ] as const)("with values present (%s, %j) is the marginal's", (covariance, values, distance) => {
    const model = fitGaussian(WAVES, 3, { covariance });
    const present = values.filter((x) => !Number.isNaN(x)).length;
    expect(score(model, ...values)).toBeCloseTo(0.5 * equivalentDistance(distance, present, 3), 9);
  });
});

test("a z-score is a deviation in standard deviations", () => {
  const model = diagonalGaussian(Float64Array.of(10, 20), Float64Array.of(2, 5));
  expect([zScore(model, 0, 13), zScore(model, 1, 10), zScore(model, 1, NONE)]).toEqual([1.5, -2, NONE]);
});

describe("any model", () => {
  const models = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom("diagonal" as const, "full" as const), fc.integer())
    .map(([features, covariance, seed]) => {
      const { normal } = randomNumbers(seed);
      return fitGaussian(correlatedRows(30, features, normal), features, { covariance });
    });

  test("has its mode at the mean: the score is 0 there and never negative", () => {
    fc.assert(
      fc.property(
        models.chain((model) =>
          fc.tuple(fc.constant(model), row(model.mean.length, fc.oneof(finite(-1e6, 1e6), fc.constant(NONE)))),
        ),
        ([model, values]) => {
          expect(scoreOf(model, model.mean)).toBe(0);
          expect(score(model, ...values)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  test.each(["diagonal", "full"] as const)(
    "scores any value with a finite number, and a deviation beyond a million standard deviations as such (%s)",
    (covariance) => {
      const rows = correlatedRows(30, 3, randomNumbers(1).normal).map((x) => x / 1e3);
      const model = fitGaussian(rows, 3, { covariance });
      const [far, further] = [1e200, Number.MAX_VALUE];
      for (const values of [
        [far, far, far],
        [further, further, further],
        [far, NONE, 1],
        [further, further, NONE],
      ]) {
        expect(score(model, ...values)).toBeGreaterThan(1e11);
        expect(score(model, ...values)).toBeLessThan(1e30);
      }
      // Three metrics, a million each: half of 3e12.
      if (covariance === "diagonal") expect(score(model, far, far, far) / 1.5e12).toBeCloseTo(1, 9);
    },
  );

  test("scores 0 when everything is missing", () => {
    fc.assert(
      fc.property(models, (model) =>
        expect(
          scoreOf(
            model,
            model.mean.map(() => NONE),
          ),
        ).toBe(0),
      ),
    );
  });

  test("scores a row inside a table like the row alone", () => {
    const model = fitGaussian(WAVES, 3, { covariance: "full" });
    const alone = [...Array(200).keys()].map((i) => scoreOf(model, WAVES.slice(3 * i, 3 * i + 3)));
    expect([...Array(200).keys()].map((i) => scoreOf(model, WAVES, 3 * i))).toEqual(alone);
  });
});

test("without correlations, full covariance is the diagonal Gaussian, for any number of features", () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 150 })
        .chain((n) =>
          fc.tuple(
            row(n, finite(-100, 100)),
            row(n, finite(0.1, 10)),
            row(n, fc.oneof(finite(-100, 100), fc.constant(NONE))),
          ),
        ),
      ([mean, sd, values]) => {
        const [means, sds] = [Float64Array.from(mean), Float64Array.from(sd)];
        const packed = new Float64Array((mean.length * (mean.length + 1)) / 2);
        for (const [i, s] of sd.entries()) packed[(i * (i + 1)) / 2 + i] = 1 / s;
        const diagonal = diagonalGaussian(means, sds);
        const full = whitenedGaussian(means, sds, packed);
        expect(full.logPeak / diagonal.logPeak).toBeCloseTo(1, 9);
        const expected = score(diagonal, ...values);
        expect(Math.abs(score(full, ...values) - expected)).toBeLessThanOrEqual(1e-9 * (1 + expected));
      },
    ),
  );
});

describe("features that are hard to fit survive", () => {
  const noise = randomNumbers(1).normal;
  const column = Array.from({ length: 100 }, () => noise());

  test.each(["diagonal", "full"] as const)("constant (%s): the floor is 1 %% of the value, or 0.01", (covariance) => {
    const rows = Float64Array.from(column.flatMap((x) => [x, 50, 0]));
    const model = fitGaussian(rows, 3, { covariance });
    expect([model.sd[1], model.sd[2]]).toEqual([0.5, 0.01]);
    const typical = [model.mean[0]!, 50, 0] as const;
    expect(score(model, ...typical)).toBe(0);
    expect(score(model, typical[0], 51, 0)).toBeCloseTo(2, 9);
    expect(score(model, typical[0], 50, 0.02)).toBeCloseTo(2, 9);
  });

  test("nearly constant: the floor is 1 % of the range", () => {
    const rows = Float64Array.from({ length: 100_000 }, (_, i) => (i === 500 ? 8 : 0));
    expect(fitGaussian(rows, 1, { covariance: "diagonal" }).sd[0]).toBe(0.08);
  });

  test.each([
    ["duplicate", (x: number) => x],
    ["duplicate but for noise of 1e-12", (x: number) => x + 1e-12 * noise()],
    ["multiple", (x: number) => -1000 * x],
  ])("%s", (_, second) => {
    const rows = Float64Array.from(column.flatMap((x) => [x, second(x), noise()]));
    const model = fitGaussian(rows, 3, { covariance: "full" });
    const scores = column.map((_x, i) => scoreOf(model, rows, 3 * i));
    expect(Math.max(...scores)).toBeLessThan(30);
    expect(score(model, 1, second(1) + second(1), 0)).toBeGreaterThan(1000);
    expect(score(model, 1, NONE, 0)).toBeLessThan(30);
  });

  test("a sum of others", () => {
    const rows = Float64Array.from(column.flatMap((x, i) => [x, column[99 - i]!, x + column[99 - i]!]));
    const model = fitGaussian(rows, 3, { covariance: "full" });
    expect(score(model, 1, 1, 2)).toBeLessThan(5);
    expect(score(model, 1, 1, 3)).toBeGreaterThan(1000);
  });

  test("missing at times, and not by chance: full covariance keeps to the complete rows", () => {
    // Two equal features; the second is missing whenever the first is small.
    const rows = Float64Array.from(column.flatMap((x) => [x, Math.abs(x) > 0.8 ? x : NONE]));
    const model = fitGaussian(rows, 2, { covariance: "full" });
    expect(score(model, 1.5, 1.5)).toBeLessThan(2);
    expect(score(model, 1.5, 1)).toBeGreaterThan(1000);
  });

  test.each(["diagonal", "full"] as const)("missing throughout (%s) is refused", (covariance) => {
    expect(() => fitGaussian(Float64Array.of(1, NONE, 2, NONE, 3, NONE), 2, { covariance })).toThrow(
      new RangeError("feature 1 has no value in any row: leave it out of the fit"),
    );
  });

  test("as many complete rows as features are too few for a covariance", () => {
    const rows = correlatedRows(4, 3, noise);
    expect(() => fitGaussian(rows, 3, { covariance: "full" })).not.toThrow();
    rows[0] = NONE;
    expect(() => fitGaussian(rows, 3, { covariance: "full" })).toThrow(
      new RangeError("full covariance needs more complete rows than features: there are 3 for 3"),
    );
  });
});

describe("missing values", () => {
  test("score as under the Gaussian of the others, carried over to the whole number of features", () => {
    const [features, count] = [7, 60];
    const mask = fc.subarray([...Array(features).keys()], { minLength: 1, maxLength: features - 1 });
    fc.assert(
      fc.property(
        fc.integer(),
        mask,
        fc.constantFrom("diagonal" as const, "full" as const),
        (seed, kept, covariance) => {
          const rows = correlatedRows(count, features, randomNumbers(seed).normal);
          const model = fitGaussian(rows, features, { covariance });
          const reduced = Float64Array.from({ length: count * kept.length }, (_, k) => {
            return rows[Math.floor(k / kept.length) * features + kept[k % kept.length]!]!;
          });
          const marginal = fitGaussian(reduced, kept.length, { covariance });
          for (let i = 0; i < 5; i++) {
            const values = rows.slice(i * features, (i + 1) * features).map((x, j) => (kept.includes(j) ? x : NONE));
            const distance = 2 * scoreOf(marginal, reduced, i * kept.length);
            const expected = 0.5 * equivalentDistance(distance, kept.length, features);
            expect(scoreOf(model, values)).toBeCloseTo(expected, 8);
          }
        },
      ),
    );
  });

  // scipy: chi2.isf(chi2.sf(distance, present), features)
  test.each([
    [7.3, 10, 12, 9.071028794199446],
    [40, 8, 12, 47.938439213959974],
    [1, 1, 3, 3.526740380261742],
    [10, 2, 3, 12.196986685812089],
    [3, 5, 6, 3.8276564481134145],
    [100, 30, 38, 113.57289097498936],
    [40, 4, 5, 42.66092747951343],
    [30, 37, 38, 30.90755826777208],
  ])(
    "%d over %d of %d features is as rare as chi-square has it, within 2 %%",
    (distance, present, features, expected) => {
      expect(Math.abs(equivalentDistance(distance, present, features) / expected - 1)).toBeLessThan(0.02);
    },
  );

  // scipy: chi2.isf(chi2.sf(49, 1), 38)
  test("seven deviations of a single feature out of 38 count a tenth less than they should", () => {
    expect(equivalentDistance(49, 1, 38) / 132.05616578925142).toBeCloseTo(0.9, 2);
  });

  test("keep a larger distance larger, and a complete row unchanged", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 38 }), fc.nat(37), finite(0.5, 1e4), (present, missing, distance) => {
        const map = (x: number) => equivalentDistance(x, present, present + missing);
        expect(map(distance * 1.01)).toBeGreaterThanOrEqual(map(distance));
        expect(equivalentDistance(distance, present, present) / distance).toBeCloseTo(1, 9);
      }),
    );
  });

  // Nominal rate 1e-3: scipy.stats.chi2.isf(1e-3, 12) / 2
  const EPSILON = 16.454745203680105;

  test.each([0, 1, 2, 4])(
    "with %d of 12 features missing, normal rows are flagged at the nominal rate, within 2×",
    (missing) => {
      const { normal, uniform } = randomNumbers(42 + missing);
      const model = fitGaussian(correlatedRows(4_000, 12, normal), 12, { covariance: "full" });
      const rows = correlatedRows(20_000, 12, normal);
      let flagged = 0;
      for (let i = 0; i < 20_000; i++) {
        const values = rows.subarray(12 * i, 12 * i + 12);
        const start = Math.floor(12 * uniform());
        for (let k = 0; k < missing; k++) values[(start + 5 * k) % 12] = NONE;
        if (scoreOf(model, values) > EPSILON) flagged++;
      }
      expect(flagged).toBeGreaterThan(10);
      expect(flagged).toBeLessThan(40);
    },
  );
});
