import { whiten } from "./marginal.ts";
import { dot } from "./vectors.ts";

/**
 * All metrics together. A deviation that is small in many metrics, or out of step with the others, leaves no band by
 * itself. Each sample has three features of each metric. These are its value x, its change d away from usual, and its
 * distance h from usual at this quarter of an hour. They are judged twice, each by itself and all by their
 * correlations. Either view alone loses on some fleets; the sum of their roots never falls far below the better one.
 */
export interface Joint {
  /** Mean of each of the 3 D features: x of all metrics, then d, then h. */
  readonly mean: Float32Array;
  /** Standard deviation of each, never below its floor; `UNSEEN` for a feature that no sample had. */
  readonly deviation: Float32Array;
  /** Mean of the clipped z of each feature. */
  readonly centre: Float32Array;
  /** W = L⁻¹ with S = L Lᵀ, the shrunk covariance of clipped z: packed (triangle.ts). */
  readonly whitening: Float32Array;
}

/** The joint score's own place on the scale on which 1 means an alert. */
export interface JointLimits {
  /** The median score, in steps: about 4 on most hosts, 6 to 7 on restless ones. */
  readonly usual: number;
  /** The alerting score, in steps, at weekday × SLOTS + slot (0 = Monday). */
  readonly limit: Float64Array;
}

/** Limits are whole multiples of this, so that the store keeps them in a byte or two. */
export const LIMIT_STEP = 1 / 16;

/** Features of one metric. */
export const FEATURES = 3;
/** The work grows with the square of the metrics; hosts with more are judged metric by metric. */
export const JOINT_METRICS_MAX = 140;

const CLIP = 5;

/** |z| up to 5 stays; beyond, it grows by its logarithm: one broken metric must not drown all others. */
export function softClip(z: number): number {
  if (z <= CLIP && z >= -CLIP) return z;
  return Math.sign(z) * CLIP * (1 + Math.log(Math.min(Math.abs(z), Number.MAX_VALUE) / CLIP));
}

/** The deviation of a feature that no sample had, so that any value counts as usual. The largest single. */
export const UNSEEN = 3.4028234663852886e38;

/** Standardises one sample's features in place: u = clipped z − centre; NaN stays for a feature that is missing. */
export function standardise({ mean, deviation, centre }: Joint, features: Float64Array): void {
  for (let k = 0; k < features.length; k++) {
    const z = deviation[k] === UNSEEN ? 0 : softClip((features[k]! - mean[k]!) / deviation[k]!);
    features[k] = z - centre[k]!;
  }
}

/** The score of standardised features: about 4 for a usual sample of many hosts; NaN where all are missing. */
export function jointScore({ whitening }: Joint, u: Float64Array): number {
  let [squares, present] = [0, 0];
  for (let k = 0; k < u.length; k++) {
    if (Number.isNaN(u[k])) continue;
    squares += u[k]! * u[k]!;
    present++;
  }
  const whitened = whiten(whitening, u);
  const length = dot(whitened, whitened) - (u.length < CAPPED_FEATURES_MIN ? 0 : excessOf(whitened));
  return (Math.sqrt(squares / present) + Math.sqrt(Math.max(0, length) / present)) ** 2;
}

/** With only a handful of directions, the others are no majority that one or two could outweigh. */
const CAPPED_FEATURES_MIN = 12;
/** Times the third largest square of W u: the most that each of the two largest counts. */
const CAP = 4;

/** By how much the two largest squares exceed `CAP` times the third. */
function excessOf(values: Float64Array): number {
  let [first, second, third] = [0, 0, 0];
  for (const value of values) {
    const square = value * value;
    if (square > first) [first, second, third] = [square, first, second];
    else if (square > second) [second, third] = [square, second];
    else if (square > third) third = square;
  }
  return Math.max(0, first - CAP * third) + Math.max(0, second - CAP * third);
}
