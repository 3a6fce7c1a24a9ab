import { quantileOf } from "./quantile.ts";

/** Shares that make sense: none, up to a fifth of all values. */
export const WINSORIZE_RANGE = [0, 0.1] as const;

/**
 * Bounds of each feature, to which a fit moves values beyond them: extreme values count, but less than in full. Only
 * the data of a fit are winsorised, never the scored samples.
 */
export interface Winsorised {
  /** The share of the values that lies at or beyond either bound. */
  readonly share: number;
  /** NaN for a feature without a value. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The quantiles `share` and 1 − `share` of each feature in rows of `features` values (row-major; NaN = missing). */
export function boundsOf(rows: Float64Array, features: number, share: number): Winsorised {
  const [low, high] = [new Float64Array(features), new Float64Array(features)];
  for (let j = 0; j < features; j++) {
    const sorted = knownOf(rows, features, j).sort();
    low[j] = quantileOf(sorted, share);
    high[j] = quantileOf(sorted, 1 - share);
  }
  return { share, low, high };
}

function knownOf(rows: Float64Array, features: number, j: number): Float64Array {
  const known = new Float64Array(rows.length / features);
  let count = 0;
  for (let k = j; k < rows.length; k += features) if (!Number.isNaN(rows[k])) known[count++] = rows[k]!;
  return known.subarray(0, count);
}

export function winsorise(rows: Float64Array, { low, high }: Winsorised): Float64Array {
  return rows.map((x, k) => Math.max(low[k % low.length]!, Math.min(x, high[k % low.length]!)));
}
