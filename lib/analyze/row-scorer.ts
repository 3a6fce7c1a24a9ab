import { attribute } from "../model/attribution.ts";
import { newBandsMemory } from "../model/band-memory.ts";
import { scoreBands } from "../model/band-reading.ts";
import type { Bands } from "../model/bands.ts";
import {
  bandsOf,
  contributionsAlone,
  type Detector,
  type Ensemble,
  type Model,
  scoreAlone,
  type ZScore,
} from "../model/detector.ts";
import { combine } from "../model/ensemble.ts";
import { zScore } from "../model/gaussian.ts";
import { afterPause, lookAt, type Reconstruction, readWindows } from "../model/reconstruction.ts";
import type { Before, Sequence } from "../model/sequence.ts";
import { newWindow } from "../model/window-memory.ts";
import { MINUTE_MS } from "../time.ts";
import { BAND_SD, CAUSES_MAX, tellerOf, type Usual, usualOf } from "../watch/causes.ts";
import { predictedAt } from "../watch/window-scoring.ts";
import type { Judge } from "./fit-judge.ts";
import type { Sample } from "./training-rows.ts";

/** The part of one metric in an anomaly. */
interface Reason {
  /** Its index among the metrics. */
  readonly metric: number;
  readonly value: number;
  /** Its usual value, at that time of day if the detector knows the hours. */
  readonly usual: number;
  /** `usual` is what the other metrics and the rows before predict. */
  readonly predicted?: true;
  /** value − usual in standard deviations. */
  readonly deviation: number;
  /** Its share of the score, 0 to 1. */
  readonly share: number;
}

/** The score of a member of an ensemble, as a multiple of its own threshold. */
interface MemberRatio {
  readonly detector: Detector;
  readonly ratio: number;
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
  /** How far each member of an ensemble is beyond its own threshold, in their order. */
  readonly members?: readonly MemberRatio[];
  /** The metrics that caused an anomaly, largest part first, at most `CAUSES_MAX`; empty for other rows. */
  readonly reasons: readonly Reason[];
}

/** The verdict on a row that cannot be judged. */
export const UNJUDGED: Verdict = { score: Number.NaN, signed: Number.NaN, excess: 0, isAnomaly: false, reasons: [] };

/** Judges the rows of one host in the order of the file. It holds only the last row and the detector's memory. */
export function createScorer({ model, threshold }: Judge): (sample: Sample) => Verdict {
  const read = readerOf(model);
  let rows = 0;
  return ({ values, time = rows * MINUTE_MS }) => {
    rows++;
    const reading = read({ values, time });
    const { score } = reading;
    if (Number.isNaN(score) || values.every(Number.isNaN)) return UNJUDGED;
    const isAnomaly = score > threshold;
    return {
      score,
      signed: model.detector === "zscore" ? largestDeviation(model, values) : score,
      excess: threshold > 0 ? score / threshold : score,
      isAnomaly,
      ...(reading.members ? { members: reading.members } : {}),
      reasons: isAnomaly ? reasonsOf(model, reading, time) : [],
    };
  };
}

/** A sample as its detector read it. */
interface Reading {
  readonly score: number;
  /** The values that were judged: bands judge the rate of a counter. */
  readonly values: Float64Array;
  /** The part of each metric in the score. */
  readonly contributions: () => Float64Array;
  /** The detector's prediction of a metric; absent: it compares with the usual value at that time. */
  readonly predictedAt?: (metric: number) => Usual;
  readonly members?: readonly MemberRatio[];
}

/** Reads the next sample of a host. */
type Reader = (sample: Before) => Reading;

function readerOf(model: Model): Reader {
  if (model.detector === "ensemble") return membersReader(model);
  if (model.detector === "bands") return bandsReader(model);
  if (model.detector === "reconstruction") return windowReader(model);
  return ({ values }) => ({
    score: scoreAlone(model, values, 0),
    values,
    contributions: () => contributionsAlone(model, values),
  });
}

/** The metrics of each member count as far as the member is beyond its threshold. */
function membersReader(model: Ensemble): Reader {
  const readers = model.members.map((member) => ({ ...member, read: readerOf(member.model) }));
  const teller = tellerOf(model);
  return (sample) => {
    const readings = readers.map(({ read, ...member }) => ({ ...member, reading: read(sample) }));
    const members = readings.map(({ model: own, epsilon, reading }) => ({
      detector: own.detector,
      ratio: reading.score / epsilon,
    }));
    const contributions = () => {
      const sums = new Float64Array(sample.values.length);
      for (const [k, { reading }] of readings.entries()) {
        for (const { metric, share } of attribute(reading.contributions(), sums.length))
          sums[metric] = (sums[metric] ?? 0) + share * (members[k]?.ratio || 0);
      }
      return sums;
    };
    const { values = sample.values, predictedAt } = readings.find((one) => one.model === teller)?.reading ?? {};
    const ratios = members.map(({ ratio }) => ratio);
    const score = combine(model.by, ratios);
    return { score, values, contributions, members, ...(predictedAt ? { predictedAt } : {}) };
  };
}

function bandsReader(model: Bands): Reader {
  const next = joinSamples();
  let memory = newBandsMemory(model);
  return (sample) => {
    const { scores, judged, parts, memory: after } = scoreBands(model, memory, next(sample));
    memory = after;
    return { score: scores[0] ?? Number.NaN, values: judged, contributions: () => parts.map(Math.abs) };
  };
}

function windowReader(model: Reconstruction): Reader {
  const next = joinSamples();
  let memory = newWindow(model);
  return (sample) => {
    const sequence = next(sample);
    const start = afterPause(model, memory, sample.time - (sequence.before?.time ?? Number.NaN));
    const read = readWindows(model, memory, sequence);
    memory = read.memory;
    const look = () => lookAt(model, start, sample.values);
    return {
      score: read.scores[0] ?? Number.NaN,
      values: sample.values,
      contributions: () => look().residuals.map((residual) => residual ** 2),
      predictedAt: (metric) => predictedAt(model, start, look(), metric),
    };
  };
}

/** Joins each sample to the one before it. */
function joinSamples(): (sample: Before) => Sequence {
  let before: Before | undefined;
  return (sample) => {
    const sequence = { values: sample.values, times: [sample.time], ...(before ? { before } : {}) };
    before = sample;
    return sequence;
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

function reasonsOf(model: Model, { values, contributions, predictedAt }: Reading, time: number): Reason[] {
  return attribute(contributions(), CAUSES_MAX).map(({ metric, share }) => {
    const value = values[metric] ?? Number.NaN;
    const { expected, low, high } = predictedAt?.(metric) ?? usualOf({ model }, metric, time);
    // A band can be as narrow as one value.
    const least = bandsOf(model)?.floor[metric] ?? 0;
    const sd = Math.max((high - low) / (2 * BAND_SD), least);
    const predicted = predictedAt ? { predicted: true as const } : {};
    return { metric, value, usual: expected, ...predicted, deviation: (value - expected) / sd, share };
  });
}
