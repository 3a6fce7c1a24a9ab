import type { Detector, DetectorChoice, Model, Single, Unsigned } from "../model/detector.ts";
import { sensibleLimit } from "../model/error-average.ts";
import { fitBands } from "../model/fit-bands.ts";
import { fitMemoryless } from "../model/fit-memoryless.ts";
import { fitReconstruction } from "../model/fit-reconstruction.ts";
import { DEFAULT_EPSILON } from "../model/pooled-epsilon.ts";
import { quantile } from "../model/quantile.ts";
import { signalsOf } from "../model/signals.ts";
import { YOUNG_BELOW } from "../watch/history.ts";
import { type HostPolicy, NO_POLICY } from "../watch/policy.ts";
import { singleScores } from "../watch/single-scoring.ts";
import type { FitSettings } from "./fit-settings.ts";
import { judging, scoresOf } from "./history-scores.ts";
import { type TrainingSet, Use } from "./training.ts";

/**
 * The label-free epsilon of a day or more where the detector has none of its own: this quantile of the calm scores.
 * Three of five beyond it are far rarer.
 */
export const CALM_QUANTILE = 0.995;
/**
 * The highest scores of a short history are chance, and the start of whatever began to send: thrice its 0.95 quantile
 * takes their place. One in 1,400 scores of a Gaussian is beyond that with one feature, far fewer with more (scipy's
 * chi2.sf(6 * chi2.isf(.05, d) / 2, d)).
 */
const YOUNG_QUANTILE = 0.95;
const YOUNG_FACTOR = 3;

/**
 * The uses of rows that a detector is fitted to, or all members of an ensemble are. Calendar bands learn from
 * unlabelled trouble, too. Order statistics over days limit the effect of one bad day, and a fit without its own
 * anomalies would narrow from day to day.
 */
export function learnsFrom(detector: DetectorChoice): (use: number | undefined) => boolean {
  if (detector !== "bands") return (use) => use === Use.normal;
  return (use) => use === Use.normal || use === Use.blip || use === Use.untold;
}

/** The label-free epsilon; `common` on the scale on which 1 means notify. */
export function epsilonOf(model: Model, set: TrainingSet, settings: FitSettings, common: number): number {
  return model.detector === "bands" || model.detector === "ensemble" ? common : calmEpsilonOf(model, set, settings);
}

function calmEpsilonOf(model: Unsigned, set: TrainingSet, { contamination }: FitSettings): number {
  const { uses, labelOf } = set;
  const scores = limitedScores(model, set);
  const calm = scores.filter((_, i) => uses[i] === Use.normal && labelOf[i] === -1);
  const known = calm.length > 0 ? calm : scores;
  if (contamination !== undefined) return quantile(known, 1 - contamination);
  // A forest's scores end at 1: thrice a quantile would be beyond all of them.
  const isGrown = known.length >= YOUNG_BELOW || model.detector === "iforest";
  const epsilon = isGrown ? quantile(known, CALM_QUANTILE) : YOUNG_FACTOR * quantile(known, YOUNG_QUANTILE);
  return model.detector === "reconstruction" ? sensibleLimit(epsilon) : epsilon;
}

/** The scores that epsilon limits: an average of samples limits itself, and of others three of five are limited. */
function limitedScores(model: Unsigned, set: TrainingSet): Float64Array {
  if (model.detector === "reconstruction") return scoresOf(model, set, NO_POLICY);
  const { schema, rows, times } = set;
  const part = { values: rows, times: [...times], inOrder: [...times.keys()] };
  return singleScores(judging(model, schema), model, part, NO_POLICY);
}

/** A detector or an ensemble that is fitted to a set, or why it cannot be. */
export function modelOf(
  set: TrainingSet,
  settings: FitSettings,
  policy: HostPolicy,
): Model | { readonly refused: string } {
  const { detector } = settings;
  try {
    if (typeof detector === "string") return singleOf(set, detector, settings, policy);
    const members = detector.members.map((member) => {
      const model = singleOf(set, member, settings, policy);
      const epsilon = epsilonOf(model, set, settings, DEFAULT_EPSILON);
      if (!(epsilon > 0 && Number.isFinite(epsilon)))
        throw new RangeError(`${member}: epsilon ${epsilon} is no threshold`);
      return { model, epsilon };
    });
    return { detector: "ensemble", by: detector.by, members };
  } catch (error) {
    if (error instanceof RangeError) return { refused: error.message };
    throw error;
  }
}

/** Throws RangeError with the reason where the set does not suffice. */
function singleOf(set: TrainingSet, detector: Detector, settings: FitSettings, { takenAs }: HostPolicy): Single {
  const { schema, rows, times, uses } = set;
  const metrics = schema.names.length;
  const learns = learnsFrom(detector);
  const excluded = uses.map((use) => (learns(use) ? 0 : 1));
  const history = { metrics, values: rows, times, excluded };
  const about = [history, schema.names, settings.timezone, (name: string) => takenAs?.(name) === "gauge"] as const;
  if (detector === "bands") return fitBands(...about);
  const model =
    detector === "reconstruction"
      ? fitReconstruction(history, settings.winsorize)
      : fitMemoryless(detector, rowsOf(rows, metrics, excluded), metrics, settings);
  return { ...model, signals: signalsOf(...about) };
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
