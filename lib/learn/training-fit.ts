import { detectorsOf, type Model } from "../model/detector.ts";
import { countScores, type ScoreCounts } from "../model/pooled-epsilon.ts";
import { DAY_MS } from "../time.ts";
import { type HostPolicy, NO_POLICY } from "../watch/policy.ts";
import type { FitSettings } from "./fit-settings.ts";
import { scoresOf } from "./history-scores.ts";
import type { ChoiceOnRows } from "./labelled-rows.ts";
import { epsilonOf, learnsFrom, modelOf } from "./model-fit.ts";
import { type DecidingLabel, type TrainingSet, Use } from "./training.ts";

/** A baseline from fewer samples than this would be noise; a new host at 10 s has them after ten minutes. */
export const SAMPLES_MIN = 60;
/** A full covariance needs several rows per feature before its inverse means anything. */
const ROWS_PER_FEATURE = 3;

/** Scores with what is known of them. */
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
   * Scores of the calm samples of the last day by a model that did not see that day. While there is only one day,
   * scores of all calm samples by this model.
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
  const isFull = detectorsOf(settings.detector).includes("gaussian") && settings.covariance === "full";
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
    calmEpsilon: epsilonOf(model, set, settings, settings.epsilon),
    peaks: [
      ...set.labelled.map((one, place) => ({ ...one, peak: peakOf(counted, set.labelOf, place) })),
      ...(set.unseen ?? []).map((id) => ({ id, verdict: "fault" as const, peak: 0 })),
    ],
    counts: countScores(labelled.scores, labelled.positive, faults),
    ...(faults > 0 ? { labelled } : {}),
    heldOut: heldOutOf(set, settings, policy, { model, scores: counted }),
  };
}

/** Uses of samples that tell nothing of epsilon. */
const UNTELLING: ReadonlySet<number> = new Set([Use.unknown, Use.untold]);

/** A model with its scores of the whole set. */
interface Judged {
  readonly model: Model;
  readonly scores: Float64Array;
}

function heldOutOf(set: TrainingSet, settings: FitSettings, policy: HostPolicy, whole: Judged): Float64Array {
  const newest = set.times.at(-1) ?? 0;
  // A model that did not learn a label may find samples strange that people called normal.
  const isCalm = (i: number) => set.uses[i] === Use.normal && set.labelOf[i] === -1;
  const isLast = (i: number) => (set.times[i] ?? 0) > newest - DAY_MS;
  if (settings.detector === "bands") return whole.scores.filter((_, i) => isCalm(i) && isLast(i));
  const model = unshown(set, settings, policy, whole.model);
  if (!model) return whole.scores.filter((_, i) => isCalm(i));
  return scoresOf(model, set, policy).filter((_, i) => isCalm(i) && isLast(i));
}

/**
 * The model that was not shown the last day; undefined while there is only one. Bands compare each day with the others,
 * so scores by bands of the whole set are as good as held out.
 */
function unshown(set: TrainingSet, settings: FitSettings, policy: HostPolicy, whole: Model): Model | undefined {
  const newest = set.times.at(-1) ?? 0;
  if ((set.times[0] ?? 0) > newest - 2 * DAY_MS) return undefined;
  const isEarlier = (i: number) => (set.times[i] ?? 0) <= newest - DAY_MS;
  const earlier = { ...set, uses: set.uses.map((use, i) => (isEarlier(i) ? use : Use.unknown)) };
  if (countWhere(earlier.uses, learnsFrom(settings.detector)) < SAMPLES_MIN) return undefined;
  const model = modelOf(earlier, settings, policy);
  if ("refused" in model) return undefined;
  if (model.detector !== "ensemble" || whole.detector !== "ensemble") return model;
  const members = model.members.map((own, k) => (own.model.detector === "bands" ? (whole.members[k] ?? own) : own));
  return { ...model, members };
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
