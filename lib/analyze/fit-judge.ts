import { type Detector, type Memoryless, type Model, scoreAlone } from "../model/detector.ts";
import { fitFused } from "../model/fit-fused.ts";
import { fitForest } from "../model/forest-fit.ts";
import { type Fused, newMemory, scaleOf, scoreFused } from "../model/fused.ts";
import { gaussianOf } from "../model/gaussian.ts";
import { DEFAULT_EPSILON } from "../model/pooled-epsilon.ts";
import { quantile } from "../model/quantile.ts";
import { THINNED } from "../model/tracker.ts";
import type { Training } from "./training-rows.ts";

/** A fitted detector and the score above which a row is an anomaly, in the detector's own terms. */
export interface Judge {
  readonly model: Model;
  readonly threshold: number;
}

export interface ThresholdOptions {
  /** In the detector's own terms. */
  readonly threshold?: number;
  /** Share of the training rows that shall lie above the threshold. */
  readonly contamination?: number;
}

/** Standard deviations, either way: the rule of thumb. */
const Z_THRESHOLD = 3;
/** Share of the training rows above the threshold of a detector that has none of its own. */
const CALM_SHARE = 0.005;
/** Of the isolation forest: any will do, as long as it stays. */
const SEED = 1;

/** Fits a detector to one host's rows. Throws RangeError where they will not do, with the reason. */
export function fitJudge(detector: Detector, training: Training, options: ThresholdOptions): Judge {
  const model = detector === "fused" ? fitFused(training) : fitMemoryless(detector, training);
  return { model, threshold: thresholdOf(model, training, options) };
}

/** From sums of all rows, but for the forest, which is grown from those that were kept. */
function fitMemoryless(detector: Memoryless["detector"], { moments, values, metrics }: Training): Memoryless {
  const gaussian = gaussianOf(moments);
  const { mean, sd, precision } = gaussian;
  if (detector === "gaussian") return gaussian;
  if (detector === "zscore") return { detector, mean, sd, precision };
  return { detector, mean, sd, forest: fitForest(values, metrics, { seed: SEED }) };
}

function thresholdOf(model: Model, training: Training, { threshold, contamination }: ThresholdOptions): number {
  if (threshold !== undefined) return threshold;
  if (contamination !== undefined) return quantile(trainingScores(model, training), 1 - contamination);
  if (model.detector === "zscore") return Z_THRESHOLD;
  if (model.detector === "fused") return scaleOf(model.mean.length) * DEFAULT_EPSILON;
  return quantile(trainingScores(model, training), 1 - CALM_SHARE);
}

function trainingScores(model: Model, training: Training): Float64Array {
  const scores = model.detector === "fused" ? fusedScores(model, training) : aloneScores(model, training);
  return scores.filter((score) => !Number.isNaN(score));
}

function fusedScores(model: Fused, training: Training): Float64Array {
  return scoreFused(model, newMemory(model), training, THINNED).scores;
}

function aloneScores(model: Memoryless, { values, times, metrics }: Training): Float64Array {
  return times.map((_, row) => scoreAlone(model, values, row * metrics));
}
