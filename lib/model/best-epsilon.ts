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
 * The epsilon of best F-beta, exactly: of all cuts between two distinct scores only those just below a positive can be
 * best, and each is considered, in O(n log n); of equals the highest wins. Undefined when no cut catches a positive,
 * other than flagging everything.
 */
export function selectEpsilon(scores: Float64Array, positive: ArrayLike<unknown>, beta = 1): EpsilonChoice | undefined {
  const sorted = sortOut(scores, positive);
  if (!sorted) return undefined;
  const { positives, between, highest } = sorted;
  const count = positives.length;
  let best: { value: number; tp: number; fp: number; place: number } | undefined;
  for (let i = count - 1, fp = 0; i >= 0; i--) {
    fp += between[i + 1]!;
    if (positives[i - 1] === positives[i]) continue; // equal scores are flagged together
    if (i === 0 && between[0] === 0) break; // flagging everything is no threshold
    const value = fBeta(count - i, fp, i, beta);
    if (!best || value > best.value) best = { value, tp: count - i, fp, place: i };
  }
  if (!best) return undefined;
  const high = positives[best.place]!;
  const low = Math.max(positives[best.place - 1] ?? Number.NEGATIVE_INFINITY, highest[best.place]!);
  const middle = low + (high - low) / 2;
  // Between neighbouring doubles the middle rounds to either.
  const epsilon = middle < high ? middle : low;
  return { epsilon, interval: { low, high }, ...qualityOf(best.tp, best.fp, count - best.tp) };
}

/**
 * The positive scores in ascending order, and of the negatives, which need no sorting, how many lie between each two
 * (at g: as many positives are at most as high) and the highest of them. Undefined without positives.
 */
function sortOut(scores: Float64Array, positive: ArrayLike<unknown>) {
  let count = 0;
  for (let i = 0; i < scores.length; i++) if (positive[i]) count++;
  if (count === 0) return undefined;
  const positives = new Float64Array(count);
  for (let i = 0, k = 0; i < scores.length; i++) if (positive[i]) positives[k++] = scores[i]!;
  positives.sort();
  const between = new Float64Array(count + 1);
  const highest = new Float64Array(count + 1).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < scores.length; i++) {
    if (positive[i]) continue;
    const score = scores[i]!;
    const place = countAtMost(positives, score);
    between[place]!++;
    if (score > highest[place]!) highest[place] = score;
  }
  return { positives, between, highest };
}

/** How many of the ascending numbers are at most `limit`. Without a branch in the loop: which way it goes is a coin toss. */
function countAtMost(ascending: Float64Array, limit: number): number {
  let base = 0;
  for (let size = ascending.length; size > 1; ) {
    const half = size >> 1;
    base += half * Number(ascending[base + half - 1]! <= limit);
    size -= half;
  }
  return base + Number(ascending[base]! <= limit);
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
