/** Lower triangular matrices, packed by rows: element (i, j) at i(i+1)/2 + j. */

/** A pivot below this share of its variance means that a feature is a combination of the ones before it. */
const PIVOT_MIN = 1e-10;

/** The Cholesky factor L of a packed symmetric matrix with unit-scale diagonal; undefined unless positive definite. */
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

/** Packed, in either precision. */
export type Triangle = Float32Array | Float64Array;

/** W u, for a packed lower triangular W. */
export function multiply(triangle: Triangle, u: Float64Array): Float64Array {
  const product = new Float64Array(u.length);
  for (let i = 0, k = 0; i < u.length; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++, k++) sum += triangle[k]! * u[j]!;
    product[i] = sum;
  }
  return product;
}

/** Column j of W: zeros above the diagonal. */
export function columnOf(triangle: Triangle, size: number, j: number): Float64Array {
  const column = new Float64Array(size);
  for (let i = j; i < size; i++) column[i] = triangle[(i * (i + 1)) / 2 + j]!;
  return column;
}
