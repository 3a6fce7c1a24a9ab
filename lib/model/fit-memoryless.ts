import type { Memoryless } from "./detector.ts";
import { fitForest } from "./forest-fit.ts";
import { type Covariance, fitGaussian } from "./gaussian.ts";

/**
 * Fits a detector that judges samples by themselves to rows of `features` values each (row-major; NaN = missing).
 * `seed` decides the forest's random choices.
 */
export function fitMemoryless(
  detector: Memoryless["detector"],
  rows: Float64Array,
  features: number,
  { covariance, seed }: { readonly covariance: Covariance; readonly seed: number },
): Memoryless {
  if (detector === "gaussian") return fitGaussian(rows, features, { covariance });
  const { mean, sd, precision } = fitGaussian(rows, features, { covariance: "diagonal" });
  if (detector === "zscore") return { detector, mean, sd, precision };
  return { detector, mean, sd, forest: fitForest(rows, features, { seed }) };
}
