import fc from "fast-check";
import { cholesky, columnOf, invertTriangle, multiply } from "../../lib/model/triangle.ts";

const at = (packed: Float64Array, i: number, j: number) => (j > i ? 0 : packed[(i * (i + 1)) / 2 + j]!);

const unit = fc.double({ min: -1, max: 1, noNaN: true });

/** Packed correlation-like matrices: B Bᵀ + ½ I, scaled to a diagonal of ones. */
const positiveDefinite = fc
  .integer({ min: 1, max: 11 })
  .chain((size) => fc.array(unit, { minLength: size * size, maxLength: size * size }).map((b) => ({ size, b })))
  .map(({ size, b }) => {
    const full = (i: number, j: number) =>
      Array.from({ length: size }, (_, k) => b[i * size + k]! * b[j * size + k]!).reduce(
        (x, y) => x + y,
        i === j ? 0.5 : 0,
      );
    const matrix = Float64Array.from({ length: (size * (size + 1)) / 2 });
    for (let i = 0, k = 0; i < size; i++)
      for (let j = 0; j <= i; j++) matrix[k++] = full(i, j) / Math.sqrt(full(i, i) * full(j, j));
    return { size, matrix };
  });

// python3 -c "import numpy as np; L = np.linalg.cholesky([[1, .5, .2], [.5, 1, -.3], [.2, -.3, 1]]); print(L, np.linalg.inv(L))"
test("factor and inverse are numpy's", () => {
  const factor = cholesky(Float64Array.of(1, 0.5, 1, 0.2, -0.3, 1), 3)!;
  const expected = [1, 0.5, 0.8660254037844386, 0.2, -0.4618802153517006, 0.8640987597877147];
  for (const [k, x] of expected.entries()) expect(factor[k]).toBeCloseTo(x, 14);
  const inverse = [
    1, -0.5773502691896258, 1.1547005383792517, -0.540061724867322, 0.6172133998483678, 1.1572751247156894,
  ];
  for (const [k, x] of invertTriangle(factor, 3).entries()) expect(x).toBeCloseTo(inverse[k]!, 14);
});

test("L Lᵀ is the matrix, and its inverse W makes W A Wᵀ the identity", () => {
  fc.assert(
    fc.property(positiveDefinite, ({ size, matrix }) => {
      const factor = cholesky(matrix, size)!;
      const inverse = invertTriangle(factor, size);
      const indices = [...Array(size).keys()];
      const sum = (term: (k: number) => number) => indices.reduce((total, k) => total + term(k), 0);
      const symmetric = (i: number, j: number) => at(matrix, Math.max(i, j), Math.min(i, j));
      for (const i of indices) {
        for (const j of indices) {
          expect(sum((k) => at(factor, i, k) * at(factor, j, k))).toBeCloseTo(symmetric(i, j), 12);
          const whitened = sum((k) => at(inverse, i, k) * sum((l) => symmetric(k, l) * at(inverse, j, l)));
          expect(whitened).toBeCloseTo(i === j ? 1 : 0, 10);
        }
      }
    }),
  );
});

test.each([
  ["negative", [1, 2, 1], 2],
  ["a repeated feature", [1, 1, 1], 2],
  ["a sum of others", [1, 0, 1, Math.SQRT1_2, Math.SQRT1_2, 1], 3],
  ["zero", [0], 1],
  ["not a number", [Number.NaN], 1],
])("there is no factor: %s", (_, packed, size) => {
  expect(cholesky(Float64Array.from(packed), size)).toBeUndefined();
});

/** W for a smooth covariance S_ij = 0.999 exp(−((i − j) / 5)²) + 0.001 [i = j]: |W u|² is then uᵀ S⁻¹ u. */
function smoothTriangle(size: number) {
  const packed = new Float64Array((size * (size + 1)) / 2);
  for (let i = 0, k = 0; i < size; i++)
    for (let j = 0; j <= i; j++) packed[k++] = 0.999 * Math.exp(-(((i - j) / 5) ** 2)) + (i === j ? 0.001 : 0);
  return invertTriangle(cholesky(packed, size)!, size);
}

// python3 -c "import numpy as np
// for p in (5, 13, 114):
//     i = np.arange(p); S = .999 * np.exp(-((i[:, None] - i) / 5) ** 2) + .001 * np.eye(p)
//     for u in (12 * np.sin(i + 1), 2 * np.cos(i / 8)): print(p, np.linalg.cond(S), u @ np.linalg.solve(S, u))"
test.each([
  [5, 12396.91969641812, 5.205033932814794],
  [13, 45285.67753579728, 5.530180204299954],
  [114, 450855.16245283274, 30.650003285402573],
])("the length of W u over %i rows is numpy's, at conditions of 4e3 to 9e3", (size, rough, smooth) => {
  const triangle = smoothTriangle(size);
  const lengthOf = (u: (j: number) => number) =>
    multiply(
      triangle,
      Float64Array.from({ length: size }, (_, j) => u(j)),
    ).reduce((sum, x) => sum + x * x, 0);
  expect(lengthOf((j) => 12 * Math.sin(j + 1)) / rough).toBeCloseTo(1, 9);
  expect(lengthOf((j) => 2 * Math.cos(j / 8)) / smooth).toBeCloseTo(1, 9);
});

// By hand: 3, 1·3 − 2·2, 0·3 + 4·2 + ½·10.
test("small whole numbers are exact", () => {
  const triangle = Float64Array.of(1, 1, -2, 0, 4, 0.5);
  expect([...multiply(triangle, Float64Array.of(3, 2, 10))]).toEqual([3, -1, 13]);
  expect([0, 1, 2].map((j) => [...columnOf(triangle, 3, j)])).toEqual([
    [1, 1, 0],
    [0, -2, 4],
    [0, 0, 0.5],
  ]);
});
