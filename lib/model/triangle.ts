/**
 * Lower triangular matrices. "Packed": by rows, element (i, j) at i(i+1)/2 + j. "Quads": rows in groups of four,
 * interleaved by column and padded with zeros, so that one pass over a vector feeds four sums at once.
 */

/** A pivot below this share of its variance means that a feature is a combination of the ones before it. */
const PIVOT_MIN = 1e-10;

/** The Cholesky factor L of a packed symmetric matrix with unit-scale diagonal; undefined when it is not positive definite. */
export function cholesky(matrix: Float64Array, size: number): Float64Array | undefined {
  const factor = new Float64Array(matrix.length);
  for (let i = 0; i < size; i++) {
    const row = (i * (i + 1)) / 2;
    for (let j = 0; j <= i; j++) {
      const other = (j * (j + 1)) / 2;
      let sum = matrix[row + j]!;
      for (let k = 0; k < j; k++) sum -= factor[row + k]! * factor[other + k]!;
      if (i === j) {
        if (!(sum > PIVOT_MIN)) return undefined;
        factor[row + i] = Math.sqrt(sum);
      } else {
        factor[row + j] = sum / factor[other + j]!;
      }
    }
  }
  return factor;
}

/** The inverse of a packed lower triangular matrix, which is lower triangular again. */
export function invertTriangle(matrix: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(matrix.length);
  for (let i = 0; i < size; i++) {
    const row = (i * (i + 1)) / 2;
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += matrix[row + k]! * inverse[(k * (k + 1)) / 2 + j]!;
      inverse[row + j] = -sum / matrix[row + i]!;
    }
    inverse[row + i] = 1 / matrix[row + i]!;
  }
  return inverse;
}

export function quadsFromPacked(packed: Float64Array, size: number): Float64Array {
  const groups = Math.ceil(size / 4);
  const quads = new Float64Array(8 * groups * (groups + 1));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) quads[quadIndex(i, j)] = packed[(i * (i + 1)) / 2 + j]!;
  }
  return quads;
}

export function packedFromQuads(quads: Float64Array, size: number): Float64Array {
  const packed = new Float64Array((size * (size + 1)) / 2);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) packed[(i * (i + 1)) / 2 + j] = quads[quadIndex(i, j)]!;
  }
  return packed;
}

/** The place of element (i, j): the groups before row i's take 16, 32, 48, … numbers. */
export function quadIndex(i: number, j: number): number {
  const group = i >> 2;
  return 8 * group * (group + 1) + 4 * j + (i & 3);
}
