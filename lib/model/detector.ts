import type { Bands } from "./bands.ts";
import { USUAL_ERROR } from "./error-average.ts";
import { type Forest, forestContributions, forestScore } from "./forest.ts";
import { type Gaussian, scoreOf, zScore } from "./gaussian.ts";
import type { Reconstruction } from "./reconstruction.ts";
import type { Signals } from "./signals.ts";
import type { Winsorised } from "./winsorise.ts";

/** The largest |z| of any metric: the usual rule of thumb. */
export interface ZScore {
  readonly detector: "zscore";
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  /** 1 / sd. */
  readonly precision: Float64Array;
  readonly winsorised?: Winsorised;
}

export interface IsolationForest {
  readonly detector: "iforest";
  readonly forest: Forest;
  /** Mean of the training rows: the usual values. */
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  readonly winsorised?: Winsorised;
}

/** Detectors that judge a sample by itself. */
export type Memoryless = Gaussian | ZScore | IsolationForest;
/** Detectors that see no signs by themselves; signals are absent from baselines fitted before they were learnt. */
export type Unsigned = (Reconstruction | Memoryless) & { readonly signals?: Signals };
export type Model = Bands | Unsigned;
export type Detector = Model["detector"];

export const DETECTORS: readonly Detector[] = ["bands", "gaussian", "zscore", "iforest", "reconstruction"];

/** Detectors whose baselines may still be stored, but cannot be read: their hosts have none until they are refitted. */
export const PAST_DETECTORS = ["fused"] as const;

/** Whether a detector judges rows by themselves, whatever their times and their neighbours. */
export function isMemoryless(detector: Detector): detector is Memoryless["detector"] {
  return detector !== "bands" && detector !== "reconstruction";
}

/** The score of the row that starts at `offset`: high = strange, in the detector's own scale. */
export function scoreAlone(model: Memoryless, values: Float64Array, offset: number): number {
  switch (model.detector) {
    case "gaussian":
      return scoreOf(model, values, offset);
    case "zscore":
      return largestDeviation(model, values, offset);
    case "iforest":
      return forestScore(model.forest, values, offset);
  }
}

/**
 * The approximate score of a usual sample: 0 inside calendar bands. The squares of a Gaussian sum up to the number of
 * its metrics on average, and a forest's path of average length scores a half. The largest deviation of that many
 * metrics is about this (Gumbel).
 */
export function usualScore(model: Model): number {
  switch (model.detector) {
    case "bands":
      return 0;
    case "reconstruction":
      return USUAL_ERROR;
    case "gaussian":
      return model.mean.length / 2;
    case "zscore":
      return Math.sqrt(2 * Math.log(2 * model.mean.length));
    case "iforest":
      return 0.5;
  }
}

function largestDeviation(model: ZScore, values: Float64Array, offset: number): number {
  let largest = 0;
  for (let j = 0; j < model.mean.length; j++) {
    const z = Math.abs(zScore(model, j, values[offset + j]!));
    if (z > largest) largest = z;
  }
  return largest;
}

/** Each metric's part in the score of a row: squared deviations, or a forest's credits for short paths. */
export function contributionsAlone(model: Memoryless, values: Float64Array, offset: number): Float64Array {
  const contributions = new Float64Array(model.mean.length);
  if (model.detector === "iforest") {
    forestContributions(model.forest, values, offset, contributions);
    return contributions;
  }
  return contributions.map((_, j) => {
    const z = zScore(model, j, values[offset + j]!);
    return Number.isNaN(z) ? 0 : z * z;
  });
}
