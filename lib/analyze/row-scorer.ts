import { attribute } from "../model/attribution.ts";
import { contributionsAlone, type Memoryless, type Model, scoreAlone, type ZScore } from "../model/detector.ts";
import { contributionsOf, type Fused, type FusedMemory, newMemory, type Sequence, scoreFused } from "../model/fused.ts";
import { zScore } from "../model/gaussian.ts";
import { THINNED } from "../model/tracker.ts";
import { MINUTE_MS } from "../time.ts";
import { CAUSES_MAX, usualOf } from "../watch/causes.ts";
import type { Judge } from "./fit-judge.ts";
import type { Sample } from "./training-rows.ts";

/** The part of one metric in an anomaly. */
interface Reason {
  /** Its index among the metrics. */
  readonly metric: number;
  readonly value: number;
  /** Its usual value, at that time of day if the detector knows the hours. */
  readonly usual: number;
  /** value − usual in standard deviations. */
  readonly deviation: number;
  /** Its share of the score, 0 to 1. */
  readonly share: number;
}

/** The judgement of a detector on one row. */
export interface Verdict {
  /** High = strange; NaN if the row has no value or its host no model. */
  readonly score: number;
  /** The score; a z-score keeps its sign, negative for a low value. */
  readonly signed: number;
  /** Score over threshold, which makes hosts comparable; 0 without a score. */
  readonly excess: number;
  readonly isAnomaly: boolean;
  /** The metrics that caused an anomaly, largest part first, at most `CAUSES_MAX`; empty for other rows. */
  readonly reasons: readonly Reason[];
}

/** The verdict on a row that cannot be judged. */
export const UNJUDGED: Verdict = { score: Number.NaN, signed: Number.NaN, excess: 0, isAnomaly: false, reasons: [] };

/** Judges the rows of one host in the order of the file. It holds only the last row and the detector's memory. */
export function createScorer({ model, threshold }: Judge): (sample: Sample) => Verdict {
  const { next, contributions } = model.detector === "fused" ? inSequence(model) : eachAlone(model);
  return (sample) => {
    const score = next(sample);
    if (Number.isNaN(score) || sample.values.every(Number.isNaN)) return UNJUDGED;
    const isAnomaly = score > threshold;
    return {
      score,
      signed: model.detector === "zscore" ? largestDeviation(model, sample.values) : score,
      excess: threshold > 0 ? score / threshold : score,
      isAnomaly,
      reasons: isAnomaly ? reasonsOf(model, sample, contributions(sample)) : [],
    };
  };
}

interface Engine {
  /** The score of the next sample. */
  readonly next: (sample: Sample) => number;
  /** The part of each metric in the score of the last sample. */
  readonly contributions: (sample: Sample) => Float64Array;
}

function eachAlone(model: Memoryless): Engine {
  return {
    next: ({ values }) => scoreAlone(model, values, 0),
    contributions: ({ values }) => contributionsAlone(model, values, 0),
  };
}

function inSequence(model: Fused): Engine {
  let memory: FusedMemory = newMemory(model);
  let sequence: Sequence | undefined;
  let rows = 0;
  return {
    next({ values, time = rows * MINUTE_MS }) {
      rows++;
      const before = sequence && { values: sequence.values, time: sequence.times[0] ?? 0 };
      sequence = { values, times: [time], ...(before ? { before } : {}) };
      const scored = scoreFused(model, memory, sequence, THINNED);
      memory = scored.memory;
      return scored.scores[0] ?? Number.NaN;
    },
    contributions: ({ values }) => (sequence ? contributionsOf(model, sequence, 0) : new Float64Array(values.length)),
  };
}

function largestDeviation(model: ZScore, values: Float64Array): number {
  let largest = 0;
  for (let j = 0; j < values.length; j++) {
    const z = zScore(model, j, values[j] ?? Number.NaN);
    if (Math.abs(z) > Math.abs(largest)) largest = z;
  }
  return largest;
}

function reasonsOf(model: Model, { values, time = 0 }: Sample, contributions: Float64Array): Reason[] {
  return attribute(contributions, CAUSES_MAX).map(({ metric, share }) => {
    const value = values[metric] ?? Number.NaN;
    const { expected, sd } = usualOf({ model }, metric, time);
    return { metric, value, usual: expected, deviation: (value - expected) / sd, share };
  });
}
