import type { Memoryless } from "./detector.ts";
import { fitForest } from "./forest-fit.ts";
import { type Covariance, fitGaussian } from "./gaussian.ts";
import { boundsOf, winsorise } from "./winsorise.ts";

interface MemorylessSettings {
  readonly covariance: Covariance;
  readonly seed: number;
  /** The share of each feature's values that is winsorised at either end; absent: none. */
  readonly winsorize?: number;
}

/**
 * Fits a detector that judges samples by themselves to rows of `features` values each (row-major; NaN = missing).
 * `seed` decides the forest's random choices.
 */
export function fitMemoryless(
  detector: Memoryless["detector"],
  rows: Float64Array,
  features: number,
  { covariance, seed, winsorize = 0 }: MemorylessSettings,
): Memoryless {
  const bounds = winsorize > 0 ? { winsorised: boundsOf(rows, features, winsorize) } : {};
  if (detector === "gaussian") return fitGaussian(rows, features, { covariance, ...bounds });
  const { mean, sd, precision } = fitGaussian(rows, features, { covariance: "diagonal", ...bounds });
  if (detector === "zscore") return { detector, mean, sd, precision, ...bounds };
  const grown = bounds.winsorised ? winsorise(rows, bounds.winsorised) : rows;
  return { detector, mean, sd, forest: fitForest(grown, features, { seed }), ...bounds };
}
