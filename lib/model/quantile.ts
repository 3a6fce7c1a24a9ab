/** The q-quantile (0 ≤ q ≤ 1) by linear interpolation between order statistics, as numpy's default. NaN when empty. */
export function quantile(values: Float64Array, q: number): number {
  return quantileOf(values.slice().sort(), q);
}

/** The same of values in ascending order. */
export function quantileOf(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (place - below) * (high - low);
}
