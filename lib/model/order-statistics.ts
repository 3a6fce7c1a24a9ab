/** The k-th largest (k from 1) of the first `count` values; −Infinity when there are fewer. NaN is not counted. */
export function kthLargest(values: ArrayLike<number>, count: number, k: number): number {
  return kthOf(values, count, k, 1);
}

/** The k-th smallest of the first `count` values; Infinity when there are fewer. */
export function kthSmallest(values: ArrayLike<number>, count: number, k: number): number {
  return -kthOf(values, count, k, -1);
}

/** The largest so far, falling. One array for all calls: a fit calls a million times. */
let scratch = new Float64Array(8);

function kthOf(values: ArrayLike<number>, count: number, k: number, sign: 1 | -1): number {
  if (k > scratch.length) scratch = new Float64Array(k);
  const largest = scratch;
  for (let i = 0; i < k; i++) largest[i] = Number.NEGATIVE_INFINITY;
  let least = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = sign * values[i]!;
    if (!(value > least)) continue;
    let place = k - 1;
    for (; place > 0 && largest[place - 1]! < value; place--) largest[place] = largest[place - 1]!;
    largest[place] = value;
    least = largest[k - 1]!;
  }
  return least;
}

/** The k-th largest of a day's peaks, however they are kept; 0 when there are fewer days. */
export function kthPeak(peaks: Iterable<number>, k: number): number {
  const sorted = [...peaks].sort((a, b) => b - a);
  return sorted[k - 1] ?? 0;
}
