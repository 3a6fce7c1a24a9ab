import fc from "fast-check";
import { cholesky, invertTriangle, packedFromQuads, quadIndex, quadsFromPacked } from "../../lib/model/triangle.ts";

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
])("no factor: %s", (_, packed, size) => {
  expect(cholesky(Float64Array.from(packed), size)).toBeUndefined();
});

test("quads and packed hold the same numbers", () => {
  fc.assert(
    fc.property(positiveDefinite, ({ size, matrix }) => {
      const quads = quadsFromPacked(matrix, size);
      expect(quads.length % 16).toBe(0);
      expect(packedFromQuads(quads, size)).toEqual(matrix);
    }),
  );
});

test("quads interleave four rows by column and fill up with zeros", () => {
  // Rows 11; 21 22; 31 32 33; 41 42 43 44; 51 52 53 54 55.
  const packed = Float64Array.of(11, 21, 22, 31, 32, 33, 41, 42, 43, 44, 51, 52, 53, 54, 55);
  const firstGroup = [11, 21, 31, 41, 0, 22, 32, 42, 0, 0, 33, 43, 0, 0, 0, 44];
  const secondGroup = [51, 52, 53, 54, 55, 0, 0, 0].flatMap((x) => [x, 0, 0, 0]);
  expect([...quadsFromPacked(packed, 5)]).toEqual([...firstGroup, ...secondGroup]);
  expect([quadIndex(0, 0), quadIndex(3, 2), quadIndex(4, 0), quadIndex(4, 4)]).toEqual([0, 11, 16, 32]);
});
