/** The k-th largest (k from 1) of the first `count` values; −Infinity when there are fewer. Small k only: k passes. */
export function kthLargest(values: ArrayLike<number>, count: number, k: number): number {
  let bound = Number.POSITIVE_INFINITY;
  let taken = 0;
  while (taken < k) {
    let largest = Number.NEGATIVE_INFINITY;
    let equal = 0;
    for (let i = 0; i < count; i++) {
      const value = values[i]!;
      if (value >= bound) continue;
      if (value > largest) [largest, equal] = [value, 1];
      else if (value === largest) equal++;
    }
    if (equal === 0) return Number.NEGATIVE_INFINITY;
    bound = largest;
    taken += equal;
  }
  return bound;
}

/** The k-th smallest of the first `count` values; Infinity when there are fewer. */
export function kthSmallest(values: ArrayLike<number>, count: number, k: number): number {
  let bound = Number.NEGATIVE_INFINITY;
  let taken = 0;
  while (taken < k) {
    let smallest = Number.POSITIVE_INFINITY;
    let equal = 0;
    for (let i = 0; i < count; i++) {
      const value = values[i]!;
      if (value <= bound) continue;
      if (value < smallest) [smallest, equal] = [value, 1];
      else if (value === smallest) equal++;
    }
    if (equal === 0) return Number.POSITIVE_INFINITY;
    bound = smallest;
    taken += equal;
  }
  return bound;
}

/** The k-th largest of a day's peaks, however they are kept; 0 when there are fewer days. */
export function kthPeak(peaks: Iterable<number>, k: number): number {
  const sorted = [...peaks].sort((a, b) => b - a);
  return sorted[k - 1] ?? 0;
}
