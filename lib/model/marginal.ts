import { elementOf, type Triangle } from "./kernel.ts";
import { addScaled, dot } from "./vectors.ts";

/**
 * Marginalising a Gaussian over its missing features is minimising its squared distance |W u|² over them: what the
 * missing columns of W can explain of W u, with zeros in their place, is taken off, by modified Gram–Schmidt.
 * Returns what remains of W u: its squared length is the distance over the features present. NaN marks a missing element of `u`.
 */
export function partialWhitening(whitening: Triangle, size: number, u: Float64Array): Float64Array {
  const missing: number[] = [];
  const residual = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const x = u[j]!;
    if (Number.isNaN(x)) missing.push(j);
    else for (let i = j; i < size; i++) residual[i]! += elementOf(whitening, i, j) * x;
  }
  const basis: Float64Array[] = [];
  for (const j of missing) {
    const direction = new Float64Array(size);
    for (let i = j; i < size; i++) direction[i] = elementOf(whitening, i, j);
    for (const other of basis) addScaled(direction, other, -dot(direction, other));
    const length = Math.sqrt(dot(direction, direction));
    const unit = direction.map((x) => x / length);
    addScaled(residual, unit, -dot(residual, unit));
    basis.push(unit);
  }
  return residual;
}

export function sumOfSquares(values: Float64Array): number {
  return dot(values, values);
}
