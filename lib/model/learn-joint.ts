import { FEATURES, type Joint, softClip, UNSEEN } from "./joint.ts";
import { cholesky, invertTriangle } from "./triangle.ts";

/** Features of samples to learn from: row-major, 3 D numbers each (joint.ts), NaN = missing. */
export interface JointTraining {
  readonly features: Float64Array;
  /** D: the least change that matters. */
  readonly floor: Float64Array;
}

/** A deviation is at least this share of the least change that matters, and of the feature's range. */
const FLOOR_SHARE = 0.5;
const RANGE_SHARE = 0.01;
/** Correlations are shrunk by this much, and by more while there are few rows for the features. */
const SHRINKAGE = 0.1;
/** Added to the variance of every feature. */
const RIDGE = 0.01;

/**
 * Learns means, deviations and the covariance of the clipped z of all features, a missing one being as usual. Undefined
 * without a row, or where rounding leaves no covariance that could be factored.
 */
export function learnJoint({ features, floor }: JointTraining): Joint | undefined {
  const size = FEATURES * floor.length;
  const rows = features.length / size;
  if (rows === 0) return undefined;
  const { mean, deviation } = spreadOf(features, floor);
  const z = clippedZ(features, mean, deviation);
  const centre = new Float32Array(size);
  for (let k = 0; k < size; k++) {
    let sum = 0;
    for (let at = k; at < z.length; at += size) sum += z[at]!;
    centre[k] = sum / rows;
    for (let at = k; at < z.length; at += size) z[at]! -= centre[k]!;
  }
  const factor = cholesky(shrunkCovariance(z, size), size);
  if (!factor) return undefined;
  return { mean, deviation, centre, whitening: Float32Array.from(invertTriangle(factor, size)) };
}

/** The clipped z of each feature, 0 where it is missing. */
function clippedZ(features: Float64Array, mean: Float32Array, deviation: Float32Array): Float64Array {
  const z = new Float64Array(features.length);
  for (let first = 0; first < z.length; first += mean.length) {
    for (let k = 0; k < mean.length; k++) {
      z[first + k] = softClip((features[first + k]! - mean[k]!) / deviation[k]!) || 0;
    }
  }
  return z;
}

/** Mean and standard deviation of each feature over the rows that have it; 0 and `UNSEEN` where none has. */
function spreadOf(features: Float64Array, floors: Float64Array): Pick<Joint, "mean" | "deviation"> {
  const size = FEATURES * floors.length;
  const [mean, deviation] = [new Float32Array(size), new Float32Array(size)];
  for (let k = 0; k < size; k++) {
    const column = columnOf(features, size, k);
    if (column.length === 0) {
      deviation[k] = UNSEEN;
      continue;
    }
    let [sum, squares, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < column.length; i++) sum += column[i]!;
    mean[k] = sum / column.length;
    for (let i = 0; i < column.length; i++) {
      const x = column[i]!;
      squares += (x - mean[k]!) ** 2;
      if (x < least) least = x;
      if (x > most) most = x;
    }
    const floor = Math.max(RANGE_SHARE * (most - least), FLOOR_SHARE * floors[k % floors.length]!);
    deviation[k] = Math.max(Math.sqrt(squares / column.length), floor);
  }
  return { mean, deviation };
}

/** The known values of one feature. */
function columnOf(features: Float64Array, size: number, feature: number): Float64Array {
  const column = new Float64Array(features.length / size);
  let count = 0;
  for (let k = feature; k < features.length; k += size) {
    if (!Number.isNaN(features[k])) column[count++] = features[k]!;
  }
  return column.subarray(0, count);
}

/** (1 − λ) C + λ diag(C) + ridge of centred rows, packed. */
function shrunkCovariance(centred: Float64Array, size: number): Float64Array {
  const rows = centred.length / size;
  const covariance = new Float64Array((size * (size + 1)) / 2);
  const none = new Float64Array(size);
  // Two rows at a time: the products of one would be loaded and stored for a single addition each.
  for (let first = 0; first < centred.length; first += 2 * size) {
    const one = centred.subarray(first, first + size);
    const two = first + size < centred.length ? centred.subarray(first + size, first + 2 * size) : none;
    for (let i = 0, k = 0; i < size; i++) {
      const [a, b] = [one[i]!, two[i]!];
      for (let j = 0; j <= i; j++, k++) covariance[k]! += a * one[j]! + b * two[j]!;
    }
  }
  const lambda = Math.max(SHRINKAGE, size / (rows + size));
  for (let i = 0, k = 0; i < size; i++) {
    for (let j = 0; j <= i; j++, k++) {
      covariance[k] = i === j ? covariance[k]! / rows + RIDGE : ((1 - lambda) * covariance[k]!) / rows;
    }
  }
  return covariance;
}
