/** How well scores rank anomalies above the rest, whatever the threshold. Both are NaN where a ratio has nothing below the line. */

/**
 * Average precision: the sum over distinct scores, from the highest down, of the step in recall times the precision there.
 * Steps, no trapezoids (as scikit-learn's average_precision_score).
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

/** How many of each kind have each distinct score, the highest first. */
function* descending(scores: Float64Array, labels: Uint8Array): Generator<{ positive: number; negative: number }> {
  // Sorted apart, as plain numbers: far faster than sorting indices by a comparison.
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
