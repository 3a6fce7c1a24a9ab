/**
 * Running mean, variance and range of each feature: Welford's recurrence on x − shift keeps its digits when the mean is
 * far larger than the spread. Chan's formula merges the sums (Chan, Golub, LeVeque 1979). Missing values (NaN) leave a
 * feature as it was. All arrays have one entry per feature.
 */
export interface Moments {
  readonly count: Float64Array;
  /** The first value seen; everything below is relative to it. */
  readonly shift: Float64Array;
  /** Mean of x − shift. */
  readonly mean: Float64Array;
  /** Sum of squared deviations from the mean. */
  readonly m2: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export function emptyMoments(features: number): Moments {
  return {
    count: new Float64Array(features),
    shift: new Float64Array(features),
    mean: new Float64Array(features),
    m2: new Float64Array(features),
    min: new Float64Array(features).fill(Number.POSITIVE_INFINITY),
    max: new Float64Array(features).fill(Number.NEGATIVE_INFINITY),
  };
}

/** Adds, in place, the row of values that starts at `offset`. */
export function addRow(moments: Moments, values: Float64Array, offset = 0): void {
  const { count, shift, mean, m2, min, max } = moments;
  for (let j = 0; j < count.length; j++) {
    const x = values[offset + j]!;
    if (Number.isNaN(x)) continue;
    if (count[j] === 0) shift[j] = x;
    const n = ++count[j]!;
    const deviation = x - shift[j]! - mean[j]!;
    mean[j]! += deviation / n;
    m2[j]! += deviation * (x - shift[j]! - mean[j]!);
    if (x < min[j]!) min[j] = x;
    if (x > max[j]!) max[j] = x;
  }
}

export function meanOf(moments: Moments, feature: number): number {
  return moments.shift[feature]! + moments.mean[feature]!;
}

/** Population variance (divisor n); 0 without values. */
export function varianceOf({ count, m2 }: Moments, feature: number): number {
  return count[feature]! > 0 ? m2[feature]! / count[feature]! : 0;
}
