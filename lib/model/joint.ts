/**
 * All metrics together. What is slightly out in many metrics, or out of step with the others, leaves no band by itself.
 * Each sample has three features of each metric: its value x, its change d since the sample before, and its distance h
 * from what is usual at this quarter of an hour. They are judged twice, each by itself and all by their correlations.
 * Either view alone loses on some fleets; the sum of their roots never falls far below the better one.
 */
export interface Joint {
  /** D. */
  readonly metrics: number;
  /** Mean of each of the 3 D features: x of all metrics, then d, then h. */
  readonly mean: Float32Array;
  /** Standard deviation of each, never below its floor. */
  readonly deviation: Float32Array;
  /** Mean of the clipped z of each feature. */
  readonly centre: Float32Array;
  /** W = L⁻¹ with S = L Lᵀ, the shrunk covariance of clipped z: packed (triangle.ts). */
  readonly whitening: Float32Array;
}

/** The joint score's own place on the scale on which 1 means "notify". */
export interface JointLimits {
  /** The median score, in steps: about 4 on most hosts, 6 to 7 on restless ones. */
  readonly usual: number;
  /** The score that notifies, in steps, at weekday × SLOTS + slot (0 = Monday). */
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

/**
 * Standardises one sample's features in place: u = clipped z − centre, 0 where a feature is missing (NaN), which is
 * then taken to be as usual. Returns how many are present.
 */
export function standardise({ mean, deviation, centre }: Joint, features: Float64Array): number {
  let present = 0;
  for (let k = 0; k < features.length; k++) {
    const z = softClip((features[k]! - mean[k]!) / deviation[k]!);
    if (Number.isNaN(z)) features[k] = 0;
    else {
      features[k] = z - centre[k]!;
      present++;
    }
  }
  return present;
}

/** The score of standardised features, of which so many are present: about 4 for a usual sample of any host. */
export function jointScore({ whitening }: Joint, u: Float64Array, present: number): number {
  let squares = 0;
  for (let k = 0; k < u.length; k++) squares += u[k]! * u[k]!;
  return (Math.sqrt(squares / present) + Math.sqrt(squaredLength(whitening, u) / present)) ** 2;
}

/** One or two of a handful of directions are no crowd that they could outshout. */
const CAPPED_FEATURES_MIN = 12;
/** Times the third largest square of W u: the most that each of the two largest counts. */
const CAP = 4;

/** |W u|², where no two directions of the covariance outshout all others. */
function squaredLength(whitening: Float32Array, u: Float64Array): number {
  let sum = 0;
  let [first, second, third] = [0, 0, 0];
  for (let i = 0, k = 0; i < u.length; i++) {
    let value = 0;
    for (let j = 0; j <= i; j++, k++) value += whitening[k]! * u[j]!;
    const square = value * value;
    sum += square;
    if (square > first) {
      third = second;
      second = first;
      first = square;
    } else if (square > second) {
      third = second;
      second = square;
    } else if (square > third) third = square;
  }
  if (u.length < CAPPED_FEATURES_MIN) return sum;
  return sum - Math.max(0, first - CAP * third) - Math.max(0, second - CAP * third);
}
