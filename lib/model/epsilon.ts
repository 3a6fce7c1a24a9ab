/**
 * The threshold. A sample is an anomaly when its score is above epsilon; on densities that is p < exp(logPeak − epsilon),
 * the `p < epsilon` of the anomaly detection literature.
 */

/** How a threshold fares on labelled samples. A ratio with nothing below the line counts as 0. */
export interface Quality {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

export interface EpsilonChoice extends Quality {
  /** The middle of the interval. */
  readonly epsilon: number;
  /** Any epsilon with low ≤ epsilon < high flags the same samples. */
  readonly interval: { readonly low: number; readonly high: number };
}

/**
 * The epsilon of best F-beta, exactly: every cut between two distinct scores is considered, in O(n log n), and of equals
 * the highest wins. Undefined when there are no positives, or no two scores to cut between.
 */
export function selectEpsilon(scores: Float64Array, positive: ArrayLike<unknown>, beta = 1): EpsilonChoice | undefined {
  const positives = scores.filter((_, i) => positive[i]).sort();
  const negatives = scores.filter((_, i) => !positive[i]).sort();
  if (positives.length === 0) return undefined;
  let p = positives.length;
  let n = negatives.length;
  let best: { value: number; p: number; n: number; high: number } | undefined;
  while (p + n > 0) {
    const high = Math.max(
      p > 0 ? positives[p - 1]! : Number.NEGATIVE_INFINITY,
      n > 0 ? negatives[n - 1]! : Number.NEGATIVE_INFINITY,
    );
    while (p > 0 && positives[p - 1] === high) p--;
    while (n > 0 && negatives[n - 1] === high) n--;
    if (p + n === 0) break; // flagging everything is no threshold
    const value = fBeta(positives.length - p, negatives.length - n, p, beta);
    if (!best || value > best.value) best = { value, p, n, high };
  }
  if (!best) return undefined;
  const low = Math.max(
    best.p > 0 ? positives[best.p - 1]! : Number.NEGATIVE_INFINITY,
    best.n > 0 ? negatives[best.n - 1]! : Number.NEGATIVE_INFINITY,
  );
  const quality = qualityOf(positives.length - best.p, negatives.length - best.n, best.p);
  const middle = low + (best.high - low) / 2;
  // Between neighbouring doubles the middle rounds to either.
  return { epsilon: middle < best.high ? middle : low, interval: { low, high: best.high }, ...quality };
}

export interface ScanChoice extends Quality {
  readonly logEpsilon: number;
}

/**
 * The scan of the classic exercise: `steps` thresholds evenly spaced over the densities from the smallest to the
 * largest, the first of the best F1 kept. Densities are taken relative to the largest, so that they do not underflow
 * together. Undefined when no step has an F1 above 0.
 */
export function scanEpsilon(
  logDensities: Float64Array,
  positive: ArrayLike<unknown>,
  steps = 1000,
): ScanChoice | undefined {
  const logMax = logDensities.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const densities = logDensities.map((logDensity) => Math.exp(logDensity - logMax));
  const min = densities.reduce((a, b) => Math.min(a, b), 1);
  const step = (1 - min) / steps;
  let best: ScanChoice | undefined;
  for (let i = 0; i < steps; i++) {
    const epsilon = min + i * step;
    const quality = countBelow(densities, positive, epsilon);
    if (quality.f1 > (best?.f1 ?? 0)) best = { logEpsilon: Math.log(epsilon) + logMax, ...quality };
  }
  return best;
}

/** Precision, recall and F1 of "score above epsilon" as a prediction. */
export function evaluateEpsilon(scores: Float64Array, positive: ArrayLike<unknown>, epsilon: number): Quality {
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  for (let i = 0; i < scores.length; i++) {
    if (scores[i]! > epsilon) positive[i] ? truePositives++ : falsePositives++;
    else if (positive[i]) falseNegatives++;
  }
  return qualityOf(truePositives, falsePositives, falseNegatives);
}

function countBelow(densities: Float64Array, positive: ArrayLike<unknown>, epsilon: number): Quality {
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  for (let i = 0; i < densities.length; i++) {
    if (densities[i]! < epsilon) positive[i] ? truePositives++ : falsePositives++;
    else if (positive[i]) falseNegatives++;
  }
  return qualityOf(truePositives, falsePositives, falseNegatives);
}

export function qualityOf(truePositives: number, falsePositives: number, falseNegatives: number): Quality {
  return {
    f1: fBeta(truePositives, falsePositives, falseNegatives, 1),
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
    truePositives,
    falsePositives,
    falseNegatives,
  };
}

function fBeta(truePositives: number, falsePositives: number, falseNegatives: number, beta: number): number {
  const weighted = (1 + beta * beta) * truePositives;
  return ratio(weighted, weighted + beta * beta * falseNegatives + falsePositives);
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
