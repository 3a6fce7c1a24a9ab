import { evaluateEpsilon, selectEpsilon } from "../model/best-epsilon.ts";
import { type CausedEvent, type CauseQuality, causeQuality } from "./cause-quality.ts";
import { type EventQuality, eventQuality } from "./events.ts";
import { adjustedF1, randomAdjustedF1 } from "./point-adjust.ts";
import { averagePrecision, rocAuc } from "./ranking.ts";
import type { ScoredSeries } from "./scored-series.ts";

/** The scored test of one machine. */
export interface Entity extends Pick<ScoredSeries, "scores" | "contributions" | "epsilon"> {
  readonly name: string;
  readonly metrics: readonly string[];
  readonly intervalMs: number;
  /** One per score, 1 for an anomaly. */
  readonly labels: Uint8Array;
  /** Events whose causes are known; absent where none are. */
  readonly causes?: readonly CausedEvent[];
}

export interface EntityReport extends EventQuality {
  readonly name: string;
  readonly rows: number;
  readonly positives: number;
  /** By the best possible threshold, which only the labels reveal. */
  readonly bestF1: number;
  readonly ap: number;
  readonly roc: number;
  /** A sample is flagged when its score is above it. F1 and all figures below use it. */
  readonly threshold: number;
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  /** After point adjustment, by the best threshold. Show it only beside the same figure for random scores. */
  readonly paF1: number;
  /** Null if no causes are known. */
  readonly causes: CauseQuality | null;
}

export interface EntityResult {
  readonly report: EntityReport;
  readonly counts: { readonly tp: number; readonly fp: number; readonly fn: number };
  readonly randomPaF1: number;
}

/** Reports on one entity at one threshold. At least one of its labels must be positive. */
export function evaluateEntity(entity: Entity, threshold: number, random: () => number): EntityResult {
  const { name, scores, labels, intervalMs } = entity;
  const quality = evaluateEpsilon(scores, labels, threshold);
  const report = {
    name,
    rows: scores.length,
    positives: quality.truePositives + quality.falseNegatives,
    bestF1: selectEpsilon(scores, labels)?.f1 ?? 0,
    ap: averagePrecision(scores, labels),
    roc: rocAuc(scores, labels),
    threshold,
    f1: quality.f1,
    precision: quality.precision,
    recall: quality.recall,
    ...eventQuality(scores, labels, threshold, intervalMs),
    paF1: adjustedF1(scores, labels),
    causes: causeQuality(entity.causes ?? [], entity.contributions) ?? null,
  };
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = quality;
  return { report, counts: { tp, fp, fn }, randomPaF1: randomAdjustedF1(labels, random) };
}

/** The rows whose labels an honest choice of the threshold may use. */
export function firstHalf(entity: Entity): Entity {
  return rowsOf(entity, 0, Math.floor(entity.scores.length / 2));
}

/** The rows that the report covers after an honest choice of the threshold. */
export function secondHalf(entity: Entity): Entity {
  return rowsOf(entity, Math.floor(entity.scores.length / 2), entity.scores.length);
}

function rowsOf(entity: Entity, from: number, end: number): Entity {
  const { scores, labels, contributions, causes } = entity;
  const within = causes
    ?.filter(({ first, last }) => last >= from && first < end)
    .map(({ first, last, dims }) => ({
      first: Math.max(first, from) - from,
      last: Math.min(last, end - 1) - from,
      dims,
    }));
  return {
    ...entity,
    scores: scores.subarray(from, end),
    labels: labels.subarray(from, end),
    contributions: (row) => contributions(row + from),
    ...(within ? { causes: within } : {}),
  };
}
