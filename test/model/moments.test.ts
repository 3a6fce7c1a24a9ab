import fc from "fast-check";
import { addRow, emptyMoments, type Moments, meanOf, varianceOf } from "../../lib/model/moments.ts";
import { WAVES } from "./waves.ts";

const FEATURES = 3;

function momentsOf(rows: readonly number[][]): Moments {
  const moments = emptyMoments(FEATURES);
  for (const row of rows) addRow(moments, Float64Array.from(row));
  return moments;
}

const value = fc.oneof(
  { arbitrary: fc.double({ min: -1000, max: 1000, noNaN: true }), weight: 4 },
  { arbitrary: fc.constant(Number.NaN), weight: 1 },
);
const rows = fc.array(fc.array(value, { minLength: FEATURES, maxLength: FEATURES }), { maxLength: 40 });

/** Equal counts and ranges; means and variances within 1e-9 of the data's scale, which is 1,000. */
function expectSame(actual: Moments, expected: Moments) {
  expect(actual.count).toEqual(expected.count);
  expect(actual.min).toEqual(expected.min);
  expect(actual.max).toEqual(expected.max);
  for (let j = 0; j < FEATURES; j++) {
    expect(Math.abs(meanOf(actual, j) - meanOf(expected, j))).toBeLessThan(1e-6);
    expect(Math.abs(varianceOf(actual, j) - varianceOf(expected, j))).toBeLessThan(1e-3);
  }
}

// python3: X as in waves.ts; X.mean(0), X.var(0)
test("mean and population variance are numpy's", () => {
  const moments = emptyMoments(FEATURES);
  for (let offset = 0; offset < WAVES.length; offset += FEATURES) addRow(moments, WAVES, offset);
  const mean = [10.013589954712424, 5.011972972551714, 1000.7681842147853];
  const population = [4.488802380993958, 0.6423573095038418, 5017.112752415812];
  for (let j = 0; j < FEATURES; j++) {
    expect(meanOf(moments, j) / mean[j]!).toBeCloseTo(1, 14);
    expect(varianceOf(moments, j) / population[j]!).toBeCloseTo(1, 12);
  }
});

test("missing values leave a feature as it was", () => {
  const moments = momentsOf([
    [1, Number.NaN, Number.NaN],
    [Number.NaN, 5, Number.NaN],
    [3, Number.NaN, Number.NaN],
  ]);
  expect(moments).toMatchObject({
    count: Float64Array.of(2, 1, 0),
    min: Float64Array.of(1, 5, Number.POSITIVE_INFINITY),
    max: Float64Array.of(3, 5, Number.NEGATIVE_INFINITY),
  });
  expect([0, 1].map((j) => meanOf(moments, j))).toEqual([2, 5]);
  expect([0, 1, 2].map((j) => varianceOf(moments, j))).toEqual([1, 0, 0]);
});

test("the order of rows does not matter", () => {
  fc.assert(
    fc.property(
      rows.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => expectSame(momentsOf(shuffled), momentsOf(all)),
    ),
  );
});

describe("far from zero (mean 1e9, deviation 1e-3)", () => {
  const far = Array.from({ length: 1000 }, (_, i) => 1e9 + 1e-3 * Math.sin(i * i));

  /** Doubles of this size are whole multiples of 2⁻²³, so that integers give the variance without rounding. */
  function exactVariance(values: readonly number[]): number {
    const whole = values.map((x) => BigInt(x * 2 ** 23));
    const n = BigInt(whole.length);
    const sum = whole.reduce((a, b) => a + b, 0n);
    const squares = whole.reduce((a, b) => a + b * b, 0n);
    return Number(n * squares - sum * sum) / Number(n * n) / 2 ** 46;
  }

  function momentsOfOne(values: readonly number[]): Moments {
    const moments = emptyMoments(1);
    for (const x of values) addRow(moments, Float64Array.of(x));
    return moments;
  }

  test("the variance keeps twelve digits", () => {
    expect(Math.abs(varianceOf(momentsOfOne(far), 0) / exactVariance(far) - 1)).toBeLessThan(1e-12);
  });
});
