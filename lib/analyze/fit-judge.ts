import { newBandsMemory } from "../model/band-memory.ts";
import { scoreBands } from "../model/band-reading.ts";
import {
  type Detector,
  type DetectorChoice,
  type Memoryless,
  type Model,
  type Single,
  scoreAlone,
} from "../model/detector.ts";
import { combine } from "../model/ensemble.ts";
import { BANDS_WINDOW_MS, fitBands } from "../model/fit-bands.ts";
import { fitReconstruction } from "../model/fit-reconstruction.ts";
import { fitForest } from "../model/forest-fit.ts";
import { gaussianOf } from "../model/gaussian.ts";
import { DEFAULT_EPSILON } from "../model/pooled-epsilon.ts";
import { quantile } from "../model/quantile.ts";
import { readWindows } from "../model/reconstruction.ts";
import { newWindow } from "../model/window-memory.ts";
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
/** Whose calendar bands learn. */
const ZONE = "UTC";
/** For a detector without its own threshold, the share of training rows above it. */
const CALM_SHARE = 0.005;
/** For the isolation forest. Any number works as long as it stays the same. */
const SEED = 1;

/**
 * Fits a detector to the rows of one host, whose metrics have these names. Throws RangeError with the reason if they do
 * not suffice.
 */
export function fitJudge(
  detector: DetectorChoice,
  training: Training,
  names: readonly string[],
  options: ThresholdOptions,
): Judge {
  if (typeof detector !== "string") return fitTogether(detector, training, names, options);
  const model = modelOf(detector, training, names);
  return { model, threshold: thresholdOf(model, training, options) };
}

/** Each member gets the threshold that it has by itself. */
function fitTogether(
  { members, by }: Exclude<DetectorChoice, string>,
  training: Training,
  names: readonly string[],
  { threshold = DEFAULT_EPSILON, contamination }: ThresholdOptions,
): Judge {
  const fitted = members.map((member) => {
    const model = modelOf(member, training, names);
    const epsilon = thresholdOf(model, training, {});
    if (!(epsilon > 0))
      throw new RangeError(`${member} has a threshold of ${epsilon}: it cannot be part of an ensemble`);
    return { model, epsilon };
  });
  const model: Model = { detector: "ensemble", by, members: fitted };
  if (contamination === undefined) return { model, threshold };
  const scores = fitted.map((member) => scoresOf(member.model, training).map((score) => score / member.epsilon));
  const together = training.times.map((_, row) =>
    combine(
      by,
      scores.map((ratios) => ratios[row] ?? Number.NaN),
    ),
  );
  return {
    model,
    threshold: quantile(
      together.filter((score) => !Number.isNaN(score)),
      1 - contamination,
    ),
  };
}

function modelOf(detector: Detector, training: Training, names: readonly string[]): Single {
  if (detector === "bands") return fitBands(newestOf(training), names, ZONE);
  if (detector === "reconstruction") return fitReconstruction(training);
  return fitMemoryless(detector, training);
}

function newestOf({ metrics, values, times }: Training) {
  const newest = times.at(-1) ?? 0;
  const first = times.findIndex((time) => time > newest - BANDS_WINDOW_MS);
  return { metrics, values: values.subarray(first * metrics), times: times.subarray(first) };
}

/** Fits to the sums of all rows; only the forest grows from the kept rows. */
function fitMemoryless(detector: Memoryless["detector"], { moments, values, metrics }: Training): Memoryless {
  const gaussian = gaussianOf(moments);
  const { mean, sd, precision } = gaussian;
  if (detector === "gaussian") return gaussian;
  if (detector === "zscore") return { detector, mean, sd, precision };
  return { detector, mean, sd, forest: fitForest(values, metrics, { seed: SEED }) };
}

function thresholdOf(model: Single, training: Training, { threshold, contamination }: ThresholdOptions): number {
  if (threshold !== undefined) return threshold;
  if (contamination !== undefined) return quantile(trainingScores(model, training), 1 - contamination);
  if (model.detector === "zscore") return Z_THRESHOLD;
  if (model.detector === "bands") return DEFAULT_EPSILON;
  return quantile(trainingScores(model, training), 1 - CALM_SHARE);
}

function trainingScores(model: Single, training: Training): Float64Array {
  return scoresOf(model, training).filter((score) => !Number.isNaN(score));
}

function scoresOf(model: Single, training: Training): Float64Array {
  const { values, times, metrics } = training;
  if (model.detector === "bands") return scoreBands(model, newBandsMemory(model), training).scores;
  if (model.detector === "reconstruction") return readWindows(model, newWindow(model), training).scores;
  return times.map((_, row) => scoreAlone(model, values, row * metrics));
}
