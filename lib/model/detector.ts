import type { Bands } from "./bands.ts";
import { type Combination, combine } from "./ensemble.ts";
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
/** Detectors that judge by themselves. */
export type Single = Bands | Unsigned;

/** Several detectors of the same metrics, whose score is a combination of how far each is beyond its own epsilon. */
export interface Ensemble {
  readonly detector: "ensemble";
  readonly by: Combination;
  readonly members: readonly EnsembleMember[];
}

interface EnsembleMember {
  readonly model: Single;
  /** The score of the member at which it would notify by itself. */
  readonly epsilon: number;
}

export type Model = Single | Ensemble;
export type Detector = Single["detector"];

/** How a person combines detectors. */
export interface EnsembleChoice {
  /** Two or more, each once. */
  readonly members: readonly Detector[];
  readonly by: Combination;
}

/** The scorer of a group's hosts: one detector, or an ensemble. */
export type DetectorChoice = Detector | EnsembleChoice;

export const DETECTORS: readonly Detector[] = ["bands", "gaussian", "zscore", "iforest", "reconstruction"];

/** Detectors whose baselines may still be stored, but cannot be read: their hosts have none until they are refitted. */
export const PAST_DETECTORS = ["fused"] as const;

/** Whether a detector judges each row by itself, without its time and the rows before. */
export function isMemoryless(detector: DetectorChoice): detector is Memoryless["detector"] {
  return typeof detector === "string" && detector !== "bands" && detector !== "reconstruction";
}

/** Whether 1 means notify, for every host: under calendar bands and in ensembles. */
export function isOnCommonScale(detector: DetectorChoice | "ensemble"): boolean {
  return typeof detector !== "string" || detector === "ensemble" || detector === "bands";
}

/** The detectors that are fitted: that one, or the members. */
export function detectorsOf(choice: DetectorChoice): readonly Detector[] {
  return typeof choice === "string" ? [choice] : choice.members;
}

export function kindOf(choice: DetectorChoice): Model["detector"] {
  return typeof choice === "string" ? choice : "ensemble";
}

/** A choice in words: `gaussian`, or `geometric-mean of bands and reconstruction`. */
export function nameOfChoice(choice: DetectorChoice): string {
  return typeof choice === "string" ? choice : `${choice.by} of ${choice.members.join(" and ")}`;
}

/** The choice that a model was fitted by. */
export function choiceOf(model: Model): DetectorChoice {
  if (model.detector !== "ensemble") return model.detector;
  return { members: model.members.map((member) => member.model.detector), by: model.by };
}

/** The signals that a model has, or one of the members; absent from bands, which read signs by themselves. */
export function signalsIn(model: Model): Signals | undefined {
  if (model.detector === "bands") return undefined;
  if (model.detector !== "ensemble") return model.signals;
  return model.members.map((member) => signalsIn(member.model)).find((signals) => signals !== undefined);
}

/** The calendar bands that a model is, or has among its members. */
export function bandsOf(model: Model): Bands | undefined {
  const singles = model.detector === "ensemble" ? model.members.map((member) => member.model) : [model];
  return singles.find((single) => single.detector === "bands");
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
    case "ensemble":
      return combine(
        model.by,
        model.members.map((member) => usualScore(member.model) / member.epsilon),
      );
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

/** Each metric's part in the score of a sample: squared deviations, or a forest's credits for short paths. */
export function contributionsAlone(model: Memoryless, sample: Float64Array): Float64Array {
  if (model.detector === "iforest") return forestContributions(model.forest, sample);
  return sample.map((value, j) => {
    const z = zScore(model, j, value);
    return Number.isNaN(z) ? 0 : z * z;
  });
}
