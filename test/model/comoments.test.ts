import fc from "fast-check";
import { addCompleteRow, type Comoments, covarianceOf, emptyComoments } from "../../lib/model/comoments.ts";
import { WAVES } from "./waves.ts";

const FEATURES = 3;

function comomentsOf(rows: readonly number[][]): Comoments {
  const comoments = emptyComoments(FEATURES);
  for (const row of rows) addCompleteRow(comoments, Float64Array.from(row));
  return comoments;
}

const value = fc.oneof(
  { arbitrary: fc.double({ min: -1000, max: 1000, noNaN: true }), weight: 9 },
  { arbitrary: fc.constant(Number.NaN), weight: 1 },
);
const rows = fc.array(fc.array(value, { minLength: FEATURES, maxLength: FEATURES }), { maxLength: 40 });

/** Means and covariances within 1e-9 of the data's scale, which is 1,000. */
function expectSame(actual: Comoments, expected: Comoments) {
  expect(actual.count).toBe(expected.count);
  if (expected.count === 0) return;
  for (let i = 0; i < FEATURES; i++) {
    const mean = (comoments: Comoments) => comoments.shift[i]! + comoments.mean[i]!;
    expect(Math.abs(mean(actual) - mean(expected))).toBeLessThan(1e-6);
    for (let j = 0; j <= i; j++)
      expect(Math.abs(covarianceOf(actual, i, j) - covarianceOf(expected, i, j))).toBeLessThan(1e-3);
  }
}

// python3: X as in waves.ts; np.cov(X.T, ddof=0)
test("covariances are numpy's", () => {
  const comoments = emptyComoments(FEATURES);
  for (let offset = 0; offset < WAVES.length; offset += FEATURES) addCompleteRow(comoments, WAVES, offset);
  const expected = [
    [4.488802380993958],
    [0.7959415931800337, 0.6423573095038418],
    [-4.636930378494485, -0.3353696026755098, 5017.112752415813],
  ];
  for (const [i, row] of expected.entries()) {
    for (const [j, covariance] of row.entries()) {
      expect(covarianceOf(comoments, i, j) / covariance).toBeCloseTo(1, 11);
    }
  }
});

test("a row with a missing value is left out", () => {
  const complete = [
    [1, 2, 3],
    [4, 6, 5],
  ];
  expect(comomentsOf([[Number.NaN, 9, 9], ...complete, [9, 9, Number.NaN]])).toEqual(comomentsOf(complete));
});

test("the order of rows does not matter", () => {
  fc.assert(
    fc.property(
      rows.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => expectSame(comomentsOf(shuffled), comomentsOf(all)),
    ),
  );
});
