import { type EpsilonChoice, selectEpsilon } from "../model/epsilon.ts";
import { type Covariance, fitGaussian, type Gaussian, scoreOf } from "../model/gaussian.ts";
import { quantile } from "../model/quantile.ts";
import { YOUNG_BELOW } from "../watch/history.ts";
import { type TrainingSet, Use } from "./training.ts";

/** A baseline from fewer samples than this would be noise; a new host at 10 s has them after ten minutes. */
export const SAMPLES_MIN = 60;
/** A full covariance needs several rows per feature before its inverse means anything. */
const ROWS_PER_FEATURE = 3;

/** The label-free epsilon of a day or more: this quantile of the calm scores. Three of five beyond it are far rarer. */
const CALM_QUANTILE = 0.995;
/**
 * The highest scores of a short history are chance, and the start of whatever began to send: thrice its 0.95 quantile
 * takes their place. Of a Gaussian's scores one in 1,400 is beyond that with one feature, far fewer with more (scipy's
 * chi2.sf(6 * chi2.isf(.05, d) / 2, d)).
 */
const YOUNG_QUANTILE = 0.95;
const YOUNG_FACTOR = 3;
/** Epsilon stays this factor above incidents that were labelled false, so that the next alike is not announced either. */
const MARGIN_OVER_FALSE = 1.1;

/** A version that flags more of the last day's calm samples than this is refused. */
const CALM_FLAGGED_MAX = 0.05;
const RECENT_MS = 24 * 3_600_000;

/** Scores with what is known of them. */
export interface LabelledScores {
  readonly scores: Float64Array;
  /** 1 where the sample lies in a labelled fault. */
  readonly positive: Uint8Array;
}

/** A model fitted to one training set, and the scores it gives to that set. */
export interface Fit {
  readonly model: Gaussian;
  readonly samples: number;
  readonly excluded: number;
  /** Epsilon as it would be without any label. */
  readonly calmEpsilon: number;
  /** The highest score among the samples labelled false; 0 without any. */
  readonly refutedPeak: number;
  /** Scores of the calm samples of the last day. */
  readonly recent: Float64Array;
  /** Present when there are labelled faults. */
  readonly labelled?: LabelledScores;
}

/** An owner's training set with its fit, waiting for an epsilon. */
export interface Prepared {
  /** `host#…` or `group#…`. */
  readonly owner: string;
  readonly set: TrainingSet;
  readonly fit: Fit | { readonly refused: string };
}

/** The fit, or why there can be none. */
export function fitTraining(set: TrainingSet, covariance: Covariance): Fit | { readonly refused: string } {
  const width = set.schema.names.length;
  const isNormal = (i: number) => set.uses[i] === Use.normal;
  const fitted = [...set.times.keys()].filter(isNormal);
  const needed = covariance === "full" ? Math.max(SAMPLES_MIN, ROWS_PER_FEATURE * width) : SAMPLES_MIN;
  if (fitted.length < needed) return { refused: `too few samples: ${fitted.length} of the ${needed} needed` };
  const model = modelOf(rowsAt(set.rows, width, fitted), width, covariance);
  if ("refused" in model) return model;
  const scores = set.times.map((_, i) => scoreOf(model, set.rows, i * width));
  const calm = scores.filter((_, i) => isNormal(i) && !set.refuted[i]);
  const newest = set.times.reduce((a, b) => Math.max(a, b), 0);
  const known = [...set.uses.keys()].filter((i) => set.uses[i] !== Use.unknown);
  return {
    model,
    samples: fitted.length,
    excluded: set.times.length - fitted.length,
    calmEpsilon: calmEpsilonOf(calm.length > 0 ? calm : scores),
    refutedPeak: scores.reduce((peak, score, i) => (set.refuted[i] ? Math.max(peak, score) : peak), 0),
    recent: scores.filter((_, i) => isNormal(i) && (set.times[i] ?? 0) > newest - RECENT_MS),
    ...(set.labels.fault.length > 0
      ? {
          labelled: {
            scores: Float64Array.from(known, (i) => scores[i] ?? 0),
            positive: Uint8Array.from(known, (i) => (set.uses[i] === Use.fault ? 1 : 0)),
          },
        }
      : {}),
  };
}

function calmEpsilonOf(scores: Float64Array): number {
  return scores.length < YOUNG_BELOW
    ? YOUNG_FACTOR * quantile(scores, YOUNG_QUANTILE)
    : quantile(scores, CALM_QUANTILE);
}

function modelOf(rows: Float64Array, width: number, covariance: Covariance): Gaussian | { readonly refused: string } {
  try {
    return fitGaussian(rows, width, { covariance });
  } catch (error) {
    if (error instanceof RangeError) return { refused: error.message };
    throw error;
  }
}

function rowsAt(rows: Float64Array, width: number, indexes: readonly number[]): Float64Array {
  const chosen = new Float64Array(indexes.length * width);
  for (const [to, from] of indexes.entries()) chosen.set(rows.subarray(from * width, (from + 1) * width), to * width);
  return chosen;
}

/** The epsilon of best F1 on labelled samples of one or more hosts; scores are free of units, so hosts may be pooled. */
export function epsilonFromLabels(labelled: readonly LabelledScores[]): EpsilonChoice | undefined {
  const total = labelled.reduce((sum, { scores }) => sum + scores.length, 0);
  const scores = new Float64Array(total);
  const positive = new Uint8Array(total);
  let at = 0;
  for (const part of labelled) {
    scores.set(part.scores, at);
    positive.set(part.positive, at);
    at += part.scores.length;
  }
  return selectEpsilon(scores, positive);
}

/** Without labelled faults: the calm quantile, raised above what people called false. */
export function epsilonWithoutFaults({ calmEpsilon, refutedPeak }: Fit): number {
  return Math.max(calmEpsilon, refutedPeak * MARGIN_OVER_FALSE);
}

/** Share of recent calm samples beyond epsilon, and why that forbids promotion if it does. */
export function gate({ recent }: Pick<Fit, "recent">, epsilon: number): { flagRate: number; refused?: string } {
  const flagged = recent.reduce((sum, score) => sum + (score > epsilon ? 1 : 0), 0);
  const flagRate = recent.length > 0 ? flagged / recent.length : 0;
  if (!(epsilon > 0) || !Number.isFinite(epsilon)) return { flagRate, refused: `epsilon ${epsilon} is no threshold` };
  if (flagRate <= CALM_FLAGGED_MAX) return { flagRate };
  const percent = (100 * flagRate).toFixed(1);
  return {
    flagRate,
    refused: `flags ${percent} % of the last day's calm samples: at most ${100 * CALM_FLAGGED_MAX} % is sensible`,
  };
}
