import { addCompleteRow, type Comoments, covarianceOf, emptyComoments } from "./comoments.ts";
import { whiten } from "./marginal.ts";
import { addRow, emptyMoments, type Moments, meanOf, varianceOf } from "./moments.ts";
import { cholesky, invertTriangle } from "./triangle.ts";
import { dot } from "./vectors.ts";
import { type Winsorised, winsorise } from "./winsorise.ts";

export const COVARIANCES = ["diagonal", "full"] as const;
export type Covariance = (typeof COVARIANCES)[number];

/**
 * A multivariate normal density. The score of a sample is half its squared Mahalanobis distance, which is the drop of
 * the log-density below its peak. It is free of units, never negative, and ½ per feature for a typical sample. log p(x)
 * = logPeak − score.
 */
export interface Gaussian {
  readonly detector: "gaussian";
  readonly covariance: Covariance;
  readonly mean: Float64Array;
  /** Standard deviation of each feature, never below its floor. */
  readonly sd: Float64Array;
  /** 1 / sd. */
  readonly precision: Float64Array;
  /**
   * Full covariance only: W = L⁻¹ with Σ = L Lᵀ, packed (triangle.ts), so that the squared distance is |W (x − mean)|².
   */
  readonly whitening?: Float64Array;
  readonly logPeak: number;
  /** Absent if the fit took the rows as they were. */
  readonly winsorised?: Winsorised;
}

/** A standard deviation is at least this share of the feature's range and of its mean: constant features survive. */
const FLOOR_SHARE = 0.01;
/** The floor of a feature that was zero throughout. */
export const FLOOR_OF_ZERO = 0.01;
/** Smaller floors would make the inverse, or its square, too large for a double. */
const SD_MIN = 1e-100;
/** In standard deviations. Larger ones make no difference to people, and their squares may not fit a double. */
const DEVIATION_MAX = 1e6;
/** A larger distance, to which nearly collinear features can lead, counts as this one. */
const DISTANCE_MAX = 1e30;
/** Tried in turn until the correlation matrix factors: near-collinear features need a little of the identity. */
const RIDGES = [0, 1e-9, 1e-6, 1e-3, 1e-1];

/** Fits a Gaussian to rows of `features` values each (row-major; NaN = missing), winsorised if there are bounds. */
export function fitGaussian(
  rows: Float64Array,
  features: number,
  { covariance, winsorised }: Pick<Gaussian, "covariance" | "winsorised">,
): Gaussian {
  const moments = momentsOf(rows, features);
  if (!winsorised) return gaussianOf(moments, comomentsOf(rows, features, covariance));
  const clipped = winsorise(rows, winsorised);
  const comoments = comomentsOf(clipped, features, covariance);
  return { ...gaussianOf(momentsOf(clipped, features), comoments, moments), winsorised };
}

function comomentsOf(rows: Float64Array, features: number, covariance: Covariance): Comoments | undefined {
  if (covariance === "diagonal") return undefined;
  const comoments = emptyComoments(features);
  for (let offset = 0; offset < rows.length; offset += features) addCompleteRow(comoments, rows, offset);
  return comoments;
}

function momentsOf(rows: Float64Array, features: number): Moments {
  const moments = emptyMoments(features);
  for (let offset = 0; offset < rows.length; offset += features) addRow(moments, rows, offset);
  return moments;
}

/**
 * A Gaussian from sums: diagonal without comoments, else full. A full one uses complete rows only: means and variances
 * of other rows would break the relations between the features. Floors are by `whole`, the sums before winsorising.
 * Throws when the covariance cannot be factored.
 */
export function gaussianOf(moments: Moments, comoments?: Comoments, whole = moments): Gaussian {
  const features = moments.count.length;
  const mean = new Float64Array(features);
  const sd = new Float64Array(features);
  for (let j = 0; j < features; j++) {
    if (moments.count[j] === 0) throw new RangeError(`feature ${j} has no value in any row: leave it out of the fit`);
    mean[j] = comoments ? comoments.shift[j]! + comoments.mean[j]! : meanOf(moments, j);
    const variance = comoments ? covarianceOf(comoments, j, j) : varianceOf(moments, j);
    sd[j] = Math.max(Math.sqrt(variance), floorOf(whole, j));
  }
  if (!comoments) return diagonalGaussian(mean, sd);
  if (comoments.count <= features)
    throw new RangeError(
      `full covariance needs more complete rows than features: there are ${comoments.count} for ${features}`,
    );
  return fullGaussian(mean, sd, correlationOf(comoments, sd));
}

export function diagonalGaussian(mean: Float64Array, sd: Float64Array): Gaussian {
  const logPeak = -0.5 * mean.length * Math.log(2 * Math.PI) - sumOfLogs(sd);
  return { detector: "gaussian", covariance: "diagonal", mean, sd, precision: sd.map((s) => 1 / s), logPeak };
}

/** `whitening` is the packed triangle W. */
export function whitenedGaussian(mean: Float64Array, sd: Float64Array, whitening: Float64Array): Gaussian {
  const features = mean.length;
  let logPeak = -0.5 * features * Math.log(2 * Math.PI);
  for (let i = 0; i < features; i++) logPeak += Math.log(whitening[(i * (i + 1)) / 2 + i]!);
  return { detector: "gaussian", covariance: "full", mean, sd, precision: sd.map((s) => 1 / s), whitening, logPeak };
}

/**
 * The score of the row that starts at `offset`. With missing values (NaN) it is the squared distance over the features
 * present, at equal tail probability over the full number of features. So one epsilon serves both.
 */
export function scoreOf(model: Gaussian, values: Float64Array, offset = 0): number {
  const features = model.mean.length;
  const deviation = model.mean.map((_, j) => deviationOf(model, j, values[offset + j]!));
  const missing = deviation.reduce((count, x) => (Number.isNaN(x) ? count + 1 : count), 0);
  if (missing === features) return 0;
  const distance = distanceOf(model, deviation);
  if (missing === 0) return 0.5 * distance;
  return 0.5 * equivalentDistance(distance, features - missing, features);
}

/** Squared, over the elements that are present. */
function distanceOf({ whitening, precision }: Gaussian, deviation: Float64Array): number {
  const whitened = whitening
    ? whiten(whitening, deviation)
    : deviation.map((x, j) => (Number.isNaN(x) ? 0 : x * precision[j]!));
  const distance = dot(whitened, whitened);
  // ∞ − ∞ is no number.
  return Number.isNaN(distance) ? DISTANCE_MAX : Math.min(distance, DISTANCE_MAX);
}

type Spread = Pick<Gaussian, "mean" | "sd" | "precision">;

/** Deviation from the mean, at most a million standard deviations; NaN where the value is missing. */
export function deviationOf({ mean, sd }: Omit<Spread, "precision">, feature: number, value: number): number {
  const most = DEVIATION_MAX * sd[feature]!;
  return Math.max(-most, Math.min(most, value - mean[feature]!));
}

/** The same in standard deviations. */
export function zScore(model: Spread, feature: number, value: number): number {
  return deviationOf(model, feature, value) * model.precision[feature]!;
}

/**
 * Maps a squared distance over `present` features to one over `features` with the same tail probability, by the
 * cube-root normal approximation of chi-square (Wilson and Hilferty 1931).
 */
export function equivalentDistance(distance: number, present: number, features: number): number {
  const spread = (k: number) => 2 / (9 * k);
  const z = (Math.cbrt(distance / present) - (1 - spread(present))) / Math.sqrt(spread(present));
  return features * Math.max(0, 1 - spread(features) + z * Math.sqrt(spread(features))) ** 3;
}

function fullGaussian(mean: Float64Array, sd: Float64Array, correlation: Float64Array): Gaussian {
  const features = mean.length;
  for (const ridge of RIDGES) {
    const factor = cholesky(withRidge(correlation, features, ridge), features);
    if (!factor) continue;
    const whitening = invertTriangle(factor, features);
    for (let i = 0, k = 0; i < features; i++) for (let j = 0; j <= i; j++, k++) whitening[k]! /= sd[j]!;
    return whitenedGaussian(mean, sd, whitening);
  }
  throw new RangeError("the covariance is not positive definite");
}

/**
 * Covariance over sd_i sd_j, with ones on the diagonal: a floored feature keeps its covariances and gets the floor as
 * variance.
 */
function correlationOf(comoments: Comoments, sd: Float64Array): Float64Array {
  const correlation = new Float64Array(comoments.sums.length);
  for (let i = 0, k = 0; i < sd.length; i++) {
    for (let j = 0; j <= i; j++, k++) {
      correlation[k] = i === j ? 1 : covarianceOf(comoments, i, j) / (sd[i]! * sd[j]!);
    }
  }
  return correlation;
}

function withRidge(correlation: Float64Array, features: number, ridge: number): Float64Array {
  const shrunk = correlation.map((c) => c * (1 - ridge));
  for (let i = 0; i < features; i++) shrunk[(i * (i + 1)) / 2 + i] = 1;
  return shrunk;
}

function floorOf(moments: Moments, feature: number): number {
  const range = moments.max[feature]! - moments.min[feature]!;
  const floor = FLOOR_SHARE * Math.max(range, Math.abs(meanOf(moments, feature)));
  return floor > 0 ? Math.max(floor, SD_MIN) : FLOOR_OF_ZERO;
}

function sumOfLogs(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.log(value), 0);
}
