import { deviationOf, equivalentDistance, type Gaussian, scoreOf } from "./gaussian.ts";
import { columnOf, multiply } from "./triangle.ts";
import { dot } from "./vectors.ts";

/** Halvings of the way from the usual value to the present one: enough for six digits. */
const HALVINGS = 24;

/**
 * The value between `usual` and `now`, nearest to `now`, at which `scoreAt` is at most epsilon. Scores must fall on the
 * way from `now` to `usual`. Undefined when even the usual value scores higher, or the present one does not.
 */
export function normalBetween(
  usual: number,
  now: number,
  epsilon: number,
  scoreAt: (value: number) => number,
): number | undefined {
  if (!(scoreAt(usual) <= epsilon) || scoreAt(now) <= epsilon) return undefined;
  let normal = usual;
  let strange = now;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = normal + (strange - normal) / 2;
    if (scoreAt(middle) <= epsilon) normal = middle;
    else strange = middle;
  }
  return normal;
}

/**
 * The value of one feature nearest to the present one that brings a Gaussian's score down to epsilon. Along one feature
 * the squared distance is a parabola, and the nearer root of distance = 2 epsilon is the answer. Undefined without
 * root.
 */
export function gaussianNormalAt(
  model: Gaussian,
  sample: Float64Array,
  feature: number,
  epsilon: number,
): number | undefined {
  const features = model.mean.length;
  const row = sample.slice();
  const missing = row.filter(Number.isNaN).length;
  if (missing > 0 && model.whitening) return undefined; // the marginal of a full covariance has no such closed form here
  for (let j = 0; j < features; j++) if (Number.isNaN(row[j])) row[j] = model.mean[j]!;
  const target = missing > 0 ? equivalentDistance(2 * epsilon, features, features - missing) : 2 * epsilon;
  const { slope, curvature } = gradient(model, row, feature);
  const discriminant = slope * slope - curvature * (2 * scoreOf(model, row) - target);
  if (!(discriminant >= 0)) return undefined;
  const root = Math.sqrt(discriminant);
  const step = slope > 0 ? (root - slope) / curvature : (-root - slope) / curvature;
  return model.mean[feature]! + deviationOf(model, feature, row[feature]!) + step;
}

/** Half the first and half the second derivative of the squared distance along one feature. */
function gradient(model: Gaussian, row: Float64Array, feature: number): { slope: number; curvature: number } {
  const { mean, precision, whitening } = model;
  if (!whitening) {
    const curvature = precision[feature]! ** 2;
    return { slope: curvature * deviationOf(model, feature, row[feature]!), curvature };
  }
  const column = columnOf(whitening, mean.length, feature);
  const whitened = multiply(
    whitening,
    row.map((value, j) => deviationOf(model, j, value)),
  );
  return { slope: dot(column, whitened), curvature: dot(column, column) };
}
