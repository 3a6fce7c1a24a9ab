import { type Detector, type Memoryless, type Model, scoreAlone } from "../model/detector.ts";
import { fitFused } from "../model/fit-fused.ts";
import { fitForest } from "../model/forest-fit.ts";
import { newMemory, scaleOf, scoreFused } from "../model/fused.ts";
import { gaussianOf } from "../model/gaussian.ts";
import { DEFAULT_EPSILON } from "../model/pooled-epsilon.ts";
import { quantile } from "../model/quantile.ts";
import { THINNED } from "../model/tracker.ts";
import type { Training } from "./training-rows.ts";

/** A fitted detector and the score above which a row is an anomaly, in units of the detector. */
export interface Judge {
  readonly model: Model;
  readonly threshold: number;
}

export interface ThresholdOptions {
  /** In units of the detector. */
  readonly threshold?: number;
  /** The wanted share of training rows above the threshold. */
  readonly contamination?: number;
}

/** Standard deviations either way, by the rule of thumb. */
const Z_THRESHOLD = 3;
/** For a detector without its own threshold, the share of training rows above it. */
const CALM_SHARE = 0.005;
/** For the isolation forest. Any number works as long as it stays the same. */
const SEED = 1;

/** Fits a detector to the rows of one host. Throws RangeError with the reason if they do not suffice. */
export function fitJudge(detector: Detector, training: Training, options: ThresholdOptions): Judge {
  const model = detector === "fused" ? fitFused(training) : fitMemoryless(detector, training);
  return { model, threshold: thresholdOf(model, training, options) };
}

/** Fits to the sums of all rows; only the forest grows from the kept rows. */
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
  const { values, times, metrics } = training;
  const scores =
    model.detector === "fused"
      ? scoreFused(model, newMemory(model), training, THINNED).scores
      : times.map((_, row) => scoreAlone(model, values, row * metrics));
  return scores.filter((score) => !Number.isNaN(score));
}
