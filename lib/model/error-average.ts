/** The persistent part of errors whose usual size is 1: a single sample is not worth a person's time. */
export const USUAL_ERROR = 1;
/** The averages' half-lives are 2 and 20 samples, as in the joint reading of calendar bands. */
const RATES = [2, 20].map((halfLife) => 1 - 0.5 ** (1 / halfLife));
export const AVERAGES = RATES.length;
/**
 * One sample counts for at most this many times the average of the last two, since it may be a glitch. After usual ones
 * it raises the score to 3.45 at most: 1 + (16 − 1) ((1 − ½^(1/2)) + (1 − ½^(1/20))) / 2.
 */
const RISE_MAX = 16;
/** A larger error is no stranger, and would make its trouble last longer in the averages. */
export const ERROR_MAX = 100;

/** The averages before the first sample. */
export function usualAverages(): Float32Array {
  return new Float32Array(AVERAGES).fill(USUAL_ERROR);
}

/** The averages after one more sample; a sample without a value leaves them unchanged. */
export function averagesWith(averages: Float32Array, error: number): Float32Array {
  if (Number.isNaN(error)) return averages;
  const most = RISE_MAX * Math.max(USUAL_ERROR, averages[0]!);
  return averages.map((average, k) => average + RATES[k]! * (Math.min(error, most) - average));
}

/** The mean of the averages. */
export function scoreOf(averages: Float32Array): number {
  return averages.reduce((sum, average) => sum + average, 0) / averages.length;
}

/** One sample alone does not reach the least, and lasting trouble reaches the most. */
const [LIMIT_MIN, LIMIT_MAX] = [3.5, ERROR_MAX / 2];

/** The limit of scores nearest to this one that makes sense on any host. */
export function sensibleLimit(score: number): number {
  return Math.max(LIMIT_MIN, Math.min(score, LIMIT_MAX));
}
