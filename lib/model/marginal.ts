import { columnOf, multiply, type Triangle } from "./triangle.ts";
import { addScaled, dot } from "./vectors.ts";

/**
 * W u over the elements of `u` that are present; NaN marks a missing one. The squared length of the result is the
 * squared distance of a Gaussian with its missing features integrated out. That is the least |W u|² for any values in
 * their place. Modified Gram–Schmidt removes the part of W u that the missing columns of W can explain.
 */
export function whiten(triangle: Triangle, u: Float64Array): Float64Array {
  if (!u.some(Number.isNaN)) return multiply(triangle, u);
  const whitened = multiply(
    triangle,
    u.map((x) => (Number.isNaN(x) ? 0 : x)),
  );
  const basis: Float64Array[] = [];
  for (let j = 0; j < u.length; j++) {
    if (!Number.isNaN(u[j])) continue;
    const direction = columnOf(triangle, u.length, j);
    for (const other of basis) addScaled(direction, other, -dot(direction, other));
    const length = Math.sqrt(dot(direction, direction));
    const unit = direction.map((x) => x / length);
    addScaled(whitened, unit, -dot(whitened, unit));
    basis.push(unit);
  }
  return whitened;
}
