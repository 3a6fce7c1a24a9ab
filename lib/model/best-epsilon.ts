/**
 * The threshold. A sample is an anomaly when its score is above epsilon; on densities that is p < exp(logPeak −
 * epsilon), the `p < epsilon` of the anomaly detection literature.
 */

/** The quality of a threshold on labelled samples. A ratio with denominator 0 counts as 0. */
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
 * The exact epsilon of best F-beta, in O(n log n). Among all cuts between two distinct scores, only a cut just below a
 * positive can be best, and each of these is tried. The highest of several equally good ones wins. Undefined when no
 * cut catches a positive, other than flagging everything.
 */
export function selectEpsilon(scores: Float64Array, positive: ArrayLike<unknown>, beta = 1): EpsilonChoice | undefined {
  const positives = scores.filter((_, i) => positive[i]).sort();
  const negatives = scores.filter((_, i) => !positive[i]).sort();
  const count = positives.length;
  let best: { value: number; tp: number; fp: number; low: number; high: number } | undefined;
  for (let i = count - 1, fp = 0; i >= 0; i--) {
    const high = positives[i]!;
    while (negatives[negatives.length - 1 - fp]! >= high) fp++;
    const [positiveBelow, negativeBelow] = [positives[i - 1], negatives[negatives.length - 1 - fp]];
    if (positiveBelow === high) continue; // equal scores are flagged together
    if (positiveBelow === undefined && negativeBelow === undefined) break; // flagging everything is no threshold
    const value = fBeta(count - i, fp, i, beta);
    const low = Math.max(positiveBelow ?? Number.NEGATIVE_INFINITY, negativeBelow ?? Number.NEGATIVE_INFINITY);
    if (!best || value > best.value) best = { value, tp: count - i, fp, low, high };
  }
  if (!best) return undefined;
  const { tp, fp, low, high } = best;
  const middle = low + (high - low) / 2;
  // Between neighbouring doubles the middle rounds to either.
  const epsilon = middle < high ? middle : low;
  return { epsilon, interval: { low, high }, ...qualityOf(tp, fp, count - tp) };
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
  const negated = logDensities.map((logDensity) => -Math.exp(logDensity - logMax));
  const min = -negated.reduce((a, b) => Math.max(a, b), -1);
  const step = (1 - min) / steps;
  let best: ScanChoice | undefined;
  for (let i = 0; i < steps; i++) {
    const epsilon = min + i * step;
    const quality = evaluateEpsilon(negated, positive, -epsilon);
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
