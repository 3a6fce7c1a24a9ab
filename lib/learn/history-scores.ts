import { newBandsMemory } from "../model/band-memory.ts";
import { bandsOf, type Model, type Single } from "../model/detector.ts";
import { NO_SCORES } from "../model/persistence.ts";
import { isPooled } from "../model/sequence.ts";
import { newWindow } from "../model/window-memory.ts";
import { DAY_MS } from "../time.ts";
import { type Baseline, groupOwner } from "../watch/baseline.ts";
import type { DetectorMemory, HostMemory } from "../watch/host-memory.ts";
import type { HostPolicy } from "../watch/policy.ts";
import { scorePart } from "../watch/scoring.ts";
import type { Schema } from "../wire/samples.ts";
import type { TrainingSet } from "./training.ts";

/** A model as a baseline. A policy is applied to every sample, as no epsilon is known yet. */
export function judging(model: Model, schema: Schema): Baseline {
  return { owner: "", version: 0, schema, model, epsilon: Number.NEGATIVE_INFINITY, samples: 0, fitted: 0 };
}

/**
 * The scores of calendar bands in the last week show how often calm samples notify. A month says the same, and takes
 * most of a refit.
 */
const TELLING_MS = 7 * DAY_MS;
/** After a day the averages of hours have forgotten that they began at nothing. */
const WARM_UP_MS = DAY_MS;

/** The first row that is scored: all rows since the first labelled incident are. */
function firstScored({ times, labelOf }: TrainingSet, model: Model): number {
  if (!bandsOf(model)) return 0;
  const labelled = labelOf.findIndex((label) => label !== -1);
  const telling = Math.min((times.at(-1) ?? 0) - TELLING_MS, times[labelled] ?? Number.POSITIVE_INFINITY);
  return times.findIndex((time) => time >= telling - WARM_UP_MS);
}

/** The model's scores of the history; NaN for rows that are not scored. */
export function scoresOf(model: Model, set: TrainingSet, policy: HostPolicy): Float64Array {
  const { rows, times, schema } = set;
  const width = schema.names.length;
  const isOfGroup = isPooled(times);
  const baseline = { ...judging(model, schema), owner: isOfGroup ? groupOwner("") : "" };
  const scores = new Float64Array(times.length).fill(Number.NaN);
  const blank = blankFor(model, isOfGroup);
  for (let from = firstScored(set, model), end = 0; from < times.length; from = end) {
    end = sequenceEnd(times, from);
    const sequence = { values: rows.subarray(from * width, end * width), times: [...times.subarray(from, end)] };
    const part = { ...sequence, inOrder: [...sequence.times.keys()] };
    scores.set(scorePart(baseline, blank, part, policy).scores, from);
  }
  return scores;
}

/** The memory before the first sample of a history. */
function blankFor(model: Model, isOfGroup: boolean): HostMemory {
  if (model.detector !== "ensemble") return blankOf(model, isOfGroup);
  return { members: model.members.map((one) => blankOf(one.model, isOfGroup)) };
}

function blankOf(model: Single, isOfGroup: boolean): DetectorMemory {
  if (model.detector === "bands") return newBandsMemory(model, isOfGroup);
  return model.detector === "reconstruction" ? newWindow(model) : NO_SCORES;
}

/** Where time goes back the next host of a pooled set begins, of which the memory knows nothing. */
function sequenceEnd(times: Float64Array, from: number): number {
  let end = from + 1;
  while (end < times.length && (times[end] ?? 0) >= (times[end - 1] ?? 0)) end++;
  return end;
}
