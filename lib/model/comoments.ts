/**
 * Running sums of cross products around the mean, over the rows in which every feature is present. The same recurrence
 * as in moments.ts.
 */
export interface Comoments {
  count: number;
  readonly shift: Float64Array;
  /** Mean of x − shift. */
  readonly mean: Float64Array;
  /** Lower triangle by rows: Σ (x_i − mean_i)(x_j − mean_j) at i(i+1)/2 + j. */
  readonly sums: Float64Array;
}

export function emptyComoments(features: number): Comoments {
  return {
    count: 0,
    shift: new Float64Array(features),
    mean: new Float64Array(features),
    sums: new Float64Array((features * (features + 1)) / 2),
  };
}

/** Adds, in place, the row that starts at `offset`; a row with a missing value is left out. */
export function addCompleteRow(comoments: Comoments, values: Float64Array, offset = 0): void {
  const { shift, mean, sums } = comoments;
  const features = shift.length;
  for (let j = 0; j < features; j++) if (Number.isNaN(values[offset + j])) return;
  if (comoments.count === 0) for (let j = 0; j < features; j++) shift[j] = values[offset + j]!;
  const n = ++comoments.count;
  const weight = (n - 1) / n;
  const deviation = new Float64Array(features);
  for (let j = 0; j < features; j++) deviation[j] = values[offset + j]! - shift[j]! - mean[j]!;
  let k = 0;
  for (let i = 0; i < features; i++) {
    const scaled = deviation[i]! * weight;
    for (let j = 0; j <= i; j++) sums[k++]! += scaled * deviation[j]!;
  }
  for (let j = 0; j < features; j++) mean[j]! += deviation[j]! / n;
}

/** Population covariance (divisor n) of features i ≥ j. */
export function covarianceOf({ count, sums }: Comoments, i: number, j: number): number {
  return sums[(i * (i + 1)) / 2 + j]! / count;
}
