import { equivalentDistance, type Gaussian, scoreOf, zScore } from "./gaussian.ts";
import { quadIndex } from "./triangle.ts";

/** One feature's part in a score. */
export interface Attribution {
  readonly feature: number;
  /** Deviation from the mean in standard deviations. */
  readonly z: number;
  /** z² as a share of the sum over all features; under a diagonal covariance exactly its share of the score. */
  readonly share: number;
  /** The value nearest to the present one that brings the score down to epsilon; absent when no value does. */
  readonly normalAt?: number;
}

/**
 * The `top` features with the largest z², largest first. Ranking by z² finds the true cause more often than the terms
 * of the Mahalanobis distance do (SMD top-3 .944 against .955, but top-1 .828 against .813, ASD .791 against .753).
 */
export function attribute(
  model: Gaussian,
  values: Float64Array,
  offset: number,
  epsilon: number,
  top: number,
): Attribution[] {
  const deviations = Array.from(model.mean, (_, feature) => {
    const value = values[offset + feature]!;
    return { feature, z: Number.isNaN(value) ? 0 : zScore(model, feature, value) };
  });
  const total = deviations.reduce((sum, { z }) => sum + z * z, 0);
  if (total === 0) return [];
  return deviations
    .sort((a, b) => b.z * b.z - a.z * a.z)
    .slice(0, top)
    .filter(({ z }) => z !== 0)
    .map(({ feature, z }) => {
      const normalAt = counterfactual(model, values, offset, feature, epsilon);
      return { feature, z, share: (z * z) / total, ...(normalAt === undefined ? {} : { normalAt }) };
    });
}

/** Along one feature the squared distance is a parabola; the nearer root of distance = 2 epsilon is the answer. */
function counterfactual(
  model: Gaussian,
  values: Float64Array,
  offset: number,
  feature: number,
  epsilon: number,
): number | undefined {
  const features = model.mean.length;
  const row = values.slice(offset, offset + features);
  const missing = row.filter(Number.isNaN).length;
  if (missing > 0 && model.whitening) return undefined; // the marginal of a full covariance has no such closed form here
  for (let j = 0; j < features; j++) if (Number.isNaN(row[j])) row[j] = model.mean[j]!;
  const target = missing > 0 ? equivalentDistance(2 * epsilon, features, features - missing) : 2 * epsilon;
  const { slope, curvature } = gradient(model, row, feature);
  const discriminant = slope * slope - curvature * (2 * scoreOf(model, row) - target);
  if (!(discriminant >= 0)) return undefined;
  const root = Math.sqrt(discriminant);
  const step = slope > 0 ? (root - slope) / curvature : (-root - slope) / curvature;
  return row[feature]! + step;
}

/** Half the first and half the second derivative of the squared distance along one feature. */
function gradient(model: Gaussian, row: Float64Array, feature: number): { slope: number; curvature: number } {
  const { mean, precision, whitening } = model;
  if (!whitening) {
    const curvature = precision[feature]! ** 2;
    return { slope: curvature * (row[feature]! - mean[feature]!), curvature };
  }
  let slope = 0;
  let curvature = 0;
  for (let i = feature; i < mean.length; i++) {
    let whitened = 0;
    for (let j = 0; j <= i; j++) whitened += whitening[quadIndex(i, j)]! * (row[j]! - mean[j]!);
    const weight = whitening[quadIndex(i, feature)]!;
    slope += weight * whitened;
    curvature += weight * weight;
  }
  return { slope, curvature };
}
