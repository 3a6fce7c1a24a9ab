import { newBandsMemory } from "../model/band-memory.ts";
import type { Bands } from "../model/bands.ts";
import type { Detector, Model } from "../model/detector.ts";
import { sensibleLimit } from "../model/error-average.ts";
import { fitBands } from "../model/fit-bands.ts";
import { fitMemoryless } from "../model/fit-memoryless.ts";
import { fitReconstruction } from "../model/fit-reconstruction.ts";
import { countScores, type ScoreCounts } from "../model/pooled-epsilon.ts";
import { quantile } from "../model/quantile.ts";
import { signalsOf } from "../model/signals.ts";
import { newWindow } from "../model/window-memory.ts";
import { DAY_MS } from "../time.ts";
import type { Baseline } from "../watch/baseline.ts";
import { YOUNG_BELOW } from "../watch/history.ts";
import type { HostMemory } from "../watch/host-memory.ts";
import { type HostPolicy, NO_POLICY } from "../watch/policy.ts";
import { scorePart, singleScores } from "../watch/scoring.ts";
import type { Schema } from "../wire/samples.ts";
import type { FitSettings } from "./fit-settings.ts";
import type { ChoiceOnRows } from "./labelled-rows.ts";
import { type DecidingLabel, type TrainingSet, Use } from "./training.ts";

/** A baseline from fewer samples than this would be noise; a new host at 10 s has them after ten minutes. */
export const SAMPLES_MIN = 60;
/** A full covariance needs several rows per feature before its inverse means anything. */
const ROWS_PER_FEATURE = 3;

/**
 * The label-free epsilon of a day or more, if the detector has none of its own: this quantile of the calm scores. Three
 * of five samples beyond it are far rarer.
 */
export const CALM_QUANTILE = 0.995;
/**
 * The highest scores of a short history are chance, or come from programs that just started: three times its 0.95
 * quantile takes their place. One in 1,400 scores of a Gaussian exceeds that with one feature, far fewer with more
 * (scipy's chi2.sf(6 * chi2.isf(.05, d) / 2, d)).
 */
const YOUNG_QUANTILE = 0.95;
const YOUNG_FACTOR = 3;

/** Scores with their labels. */
interface LabelledScores {
  readonly scores: Float64Array;
  /** 1 where the sample lies in a labelled fault. */
  readonly positive: Uint8Array;
}

/** The highest score of a labelled incident or time under the new model; 0 if none of its samples is stored. */
export interface LabelledPeak extends DecidingLabel {
  readonly peak: number;
}

/** A model fitted to one training set, and the evidence of its scores on that set about epsilon. Holds no rows. */
export interface Fit {
  readonly model: Model;
  readonly samples: number;
  readonly excluded: number;
  /** The epsilon without any label. */
  readonly calmEpsilon: number;
  readonly peaks: readonly LabelledPeak[];
  /** Scores of the samples known to be normal or a fault. */
  readonly counts: ScoreCounts;
  /** The same samples one by one, where there are labelled faults. */
  readonly labelled?: LabelledScores;
  /** The choice by labelled rows of a file, if there are some. */
  readonly rows?: ChoiceOnRows;
  /**
   * Scores of the calm samples of the last day by a model that was not shown it; of all calm samples by this model
   * while there is only one day.
   */
  readonly heldOut: Float64Array;
}

/**
 * The fit, or why there can be none. Deviations that do not count by the policy take no part in the choice by labels,
 * nor before the gate. The label-free epsilon covers all deviations: no quantile of scores that are nearly all 0 is a
 * threshold.
 */
export function fitTraining(
  set: TrainingSet,
  settings: FitSettings,
  policy: HostPolicy = NO_POLICY,
): Fit | { readonly refused: string } {
  const width = set.schema.names.length;
  const learns = learnsFrom(settings.detector);
  const normal = countWhere(set.uses, learns);
  const isFull = settings.detector === "gaussian" && settings.covariance === "full";
  const needed = isFull ? Math.max(SAMPLES_MIN, ROWS_PER_FEATURE * width) : SAMPLES_MIN;
  if (normal < needed) return { refused: `too few samples: ${normal} of the ${needed} needed` };
  const model = modelOf(set, settings, policy);
  if ("refused" in model) return model;
  const counted = scoresOf(model, set, policy);
  const isKnown = (i: number) => !Number.isNaN(counted[i]) && !UNTELLING.has(set.uses[i] ?? Use.unknown);
  const known = [...set.uses.keys()].filter(isKnown);
  const labelled = {
    scores: Float64Array.from(known, (i) => counted[i] ?? 0),
    positive: Uint8Array.from(known, (i) => (set.uses[i] === Use.fault ? 1 : 0)),
  };
  const faults = set.labelled.filter(({ verdict }) => verdict === "fault").length;
  return {
    model,
    samples: normal,
    excluded: set.times.length - normal,
    calmEpsilon: model.detector === "bands" ? settings.epsilon : calmEpsilonOf(model, set, settings),
    peaks: [
      ...set.labelled.map((one, place) => ({ ...one, peak: peakOf(counted, set.labelOf, place) })),
      ...(set.unseen ?? []).map((id) => ({ id, verdict: "fault" as const, peak: 0 })),
    ],
    counts: countScores(labelled.scores, labelled.positive, faults),
    ...(faults > 0 ? { labelled } : {}),
    heldOut: heldOutOf(set, settings, policy, counted),
  };
}

/**
 * The uses of rows that a detector is fitted to. Calendar bands learn from unlabelled trouble too: order statistics
 * over days limit the effect of one bad day, and a fit without its own anomalies would narrow from day to day.
 */
export function learnsFrom(detector: Detector): (use: number | undefined) => boolean {
  if (detector !== "bands") return (use) => use === Use.normal;
  return (use) => use === Use.normal || use === Use.blip || use === Use.untold;
}

function calmEpsilonOf(model: Exclude<Model, Bands>, set: TrainingSet, { contamination }: FitSettings): number {
  const { uses, labelOf } = set;
  const scores = limitedScores(model, set);
  const calm = scores.filter((_, i) => uses[i] === Use.normal && labelOf[i] === -1);
  const known = calm.length > 0 ? calm : scores;
  if (contamination !== undefined) return quantile(known, 1 - contamination);
  // A forest's scores end at 1: three times a quantile would exceed all of them.
  const isGrown = known.length >= YOUNG_BELOW || model.detector === "iforest";
  const epsilon = isGrown ? quantile(known, CALM_QUANTILE) : YOUNG_FACTOR * quantile(known, YOUNG_QUANTILE);
  return model.detector === "reconstruction" ? sensibleLimit(epsilon) : epsilon;
}

/** The scores that epsilon limits: an average of samples is compared as it is, and of other scores three of five. */
function limitedScores(model: Exclude<Model, Bands>, set: TrainingSet): Float64Array {
  if (model.detector === "reconstruction") return scoresOf(model, set, NO_POLICY);
  const { schema, rows, times } = set;
  const part = { values: rows, times: [...times], inOrder: [...times.keys()] };
  return singleScores(judging(model, schema), model, part, NO_POLICY);
}

function modelOf(
  set: TrainingSet,
  settings: FitSettings,
  { takenAs }: HostPolicy,
): Model | { readonly refused: string } {
  const { schema, rows, times, uses } = set;
  const metrics = schema.names.length;
  const learns = learnsFrom(settings.detector);
  const excluded = uses.map((use) => (learns(use) ? 0 : 1));
  const history = { metrics, values: rows, times, excluded };
  const about = [history, schema.names, settings.timezone, (name: string) => takenAs?.(name) === "gauge"] as const;
  try {
    if (settings.detector === "bands") return fitBands(...about);
    const model =
      settings.detector === "reconstruction"
        ? fitReconstruction(history, settings.winsorize)
        : fitMemoryless(settings.detector, rowsOf(rows, metrics, excluded), metrics, settings);
    return { ...model, signals: signalsOf(...about) };
  } catch (error) {
    if (error instanceof RangeError) return { refused: error.message };
    throw error;
  }
}

/** The rows that are not excluded. */
function rowsOf(rows: Float64Array, width: number, excluded: Uint8Array): Float64Array {
  const chosen = new Float64Array(rows.length - excluded.reduce((sum, one) => sum + one, 0) * width);
  let to = 0;
  for (const [row, one] of excluded.entries()) {
    if (one) continue;
    chosen.set(rows.subarray(row * width, (row + 1) * width), to);
    to += width;
  }
  return chosen;
}

/** A model as a baseline. A policy is applied to every sample, as no epsilon is known yet. */
export function judging(model: Model, schema: Schema): Baseline {
  return { owner: "", version: 0, schema, model, epsilon: Number.NEGATIVE_INFINITY, samples: 0, fitted: 0 };
}

/** Uses of samples that say nothing about epsilon. */
const UNTELLING: ReadonlySet<number> = new Set([Use.unknown, Use.untold]);

/**
 * The scores of calendar bands in the last week show how often calm samples alert. A month shows the same, and takes
 * most of a refit.
 */
const TELLING_MS = 7 * DAY_MS;
/** After a day the averages of hours have forgotten their start at 0. */
const WARM_UP_MS = DAY_MS;

/** The first row to score: all rows since the first labelled incident are scored. */
function firstScored({ times, labelOf }: TrainingSet, model: Model): number {
  if (model.detector !== "bands") return 0;
  const labelled = labelOf.findIndex((label) => label !== -1);
  const telling = Math.min((times.at(-1) ?? 0) - TELLING_MS, times[labelled] ?? Number.POSITIVE_INFINITY);
  return times.findIndex((time) => time >= telling - WARM_UP_MS);
}

/** The model's scores of the history; NaN for rows that are not scored. */
function scoresOf(model: Model, set: TrainingSet, policy: HostPolicy): Float64Array {
  const { rows, times, schema } = set;
  const width = schema.names.length;
  const baseline = judging(model, schema);
  const scores = new Float64Array(times.length).fill(Number.NaN);
  const blank = blankFor(model);
  for (let from = firstScored(set, model), end = 0; from < times.length; from = end) {
    end = sequenceEnd(times, from);
    const sequence = { values: rows.subarray(from * width, end * width), times: [...times.subarray(from, end)] };
    const part = { ...sequence, inOrder: [...sequence.times.keys()] };
    scores.set(scorePart(baseline, blank, part, policy).scores, from);
  }
  return scores;
}

/** The memory before the first sample of a history. */
function blankFor(model: Model): HostMemory | undefined {
  if (model.detector === "bands") return newBandsMemory(model);
  return model.detector === "reconstruction" ? newWindow(model) : undefined;
}

/** If time goes back, the next host of a pooled set begins, which needs a new memory. */
function sequenceEnd(times: Float64Array, from: number): number {
  let end = from + 1;
  while (end < times.length && (times[end] ?? 0) >= (times[end - 1] ?? 0)) end++;
  return end;
}

/** Bands hold each day against the others, so their own scores of the last day are as good as held out. */
function heldOutOf(set: TrainingSet, settings: FitSettings, policy: HostPolicy, counted: Float64Array): Float64Array {
  const isCalm = (i: number) => set.uses[i] === Use.normal && set.labelOf[i] === -1;
  const newest = set.times.at(-1) ?? 0;
  if (settings.detector === "bands") {
    return counted.filter((_, i) => isCalm(i) && (set.times[i] ?? 0) > newest - DAY_MS);
  }
  return heldOutScores(set, settings, policy) ?? counted.filter((_, i) => isCalm(i));
}

function heldOutScores(set: TrainingSet, settings: FitSettings, policy: HostPolicy): Float64Array | undefined {
  const newest = set.times.at(-1) ?? 0;
  const isEarlier = (time: number) => time <= newest - DAY_MS;
  if ((set.times[0] ?? 0) > newest - 2 * DAY_MS) return undefined;
  const earlier = { ...set, uses: set.uses.map((use, i) => (isEarlier(set.times[i] ?? 0) ? use : Use.unknown)) };
  const model =
    countWhere(earlier.uses, learnsFrom(settings.detector)) < SAMPLES_MIN
      ? undefined
      : modelOf(earlier, settings, policy);
  if (!model || "refused" in model) return undefined;
  const scores = scoresOf(model, set, policy);
  const isCalm = (i: number) => set.uses[i] === Use.normal && set.labelOf[i] === -1; // labelled ones may look strange
  return scores.filter((_, i) => isCalm(i) && !isEarlier(set.times[i] ?? 0));
}

function countWhere(uses: Uint8Array, isWanted: (use: number) => boolean): number {
  let count = 0;
  for (const use of uses) if (isWanted(use)) count++;
  return count;
}

function peakOf(scores: Float64Array, labelOf: Int32Array, place: number): number {
  let peak = 0;
  for (let i = 0; i < scores.length; i++) if (labelOf[i] === place && (scores[i] ?? 0) > peak) peak = scores[i] ?? 0;
  return peak;
}
