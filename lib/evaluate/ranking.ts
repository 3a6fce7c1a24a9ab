/** Measures how well scores rank anomalies above the rest at any threshold. Both are NaN if their denominator is 0. */

/**
 * Average precision: sums the step in recall times the precision at each distinct score, from the highest down. It uses
 * steps, not trapezoids (as scikit-learn's average_precision_score does).
 */
export function averagePrecision(scores: Float64Array, labels: Uint8Array): number {
  const positives = countOf(labels);
  let caught = 0;
  let flagged = 0;
  let sum = 0;
  for (const { positive, negative } of descending(scores, labels)) {
    caught += positive;
    flagged += positive + negative;
    sum += (positive / positives) * (caught / flagged);
  }
  return positives > 0 ? sum : Number.NaN;
}

/** The chance that an anomaly scores above a normal sample, ties counting half (Mann and Whitney 1947). */
export function rocAuc(scores: Float64Array, labels: Uint8Array): number {
  const positives = countOf(labels);
  const negatives = labels.length - positives;
  let above = 0;
  let wins = 0;
  for (const { positive, negative } of descending(scores, labels)) {
    wins += negative * (above + positive / 2);
    above += positive;
  }
  return wins / (positives * negatives);
}

function countOf(labels: Uint8Array): number {
  return labels.reduce((sum, label) => sum + label, 0);
}

/** Counts the anomalies and normal samples with each distinct score, highest first. */
function* descending(scores: Float64Array, labels: Uint8Array): Generator<{ positive: number; negative: number }> {
  // Two sorts of plain numbers are far faster than one sort of indices with a comparison.
  const positives = scores.filter((_, i) => labels[i] === 1).sort();
  const negatives = scores.filter((_, i) => labels[i] !== 1).sort();
  let p = positives.length - 1;
  let n = negatives.length - 1;
  while (p >= 0 || n >= 0) {
    const score = Math.max(positives[p] ?? Number.NEGATIVE_INFINITY, negatives[n] ?? Number.NEGATIVE_INFINITY);
    const before = { p, n };
    while (p >= 0 && positives[p] === score) p--;
    while (n >= 0 && negatives[n] === score) n--;
    yield { positive: before.p - p, negative: before.n - n };
  }
}
