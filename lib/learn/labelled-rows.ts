import { scanEpsilon, selectEpsilon } from "../model/best-epsilon.ts";
import type { Memoryless } from "../model/detector.ts";
import { type Baseline, project } from "../watch/baseline.ts";
import type { HostPolicy } from "../watch/policy.ts";
import { singleScores } from "../watch/single-scoring.ts";
import { schemaWith } from "../wire/schemas.ts";

/** Rows of a file, each of which people called normal or an anomaly. Refits of the host choose epsilon by them. */
export interface LabelledRows {
  readonly names: readonly string[];
  /** Row-major, NaN = missing. */
  readonly rows: Float64Array;
  /** 1 for an anomaly, one per row. */
  readonly labels: Uint8Array;
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface RowsStore {
  /** The labelled rows of a host, kept until somebody removes them or the host is forgotten. */
  rows(owner: string): Promise<LabelledRows | undefined>;
  /** Sets an owner's labelled rows in place of those before, or takes them away. */
  setRows(owner: string, rows: LabelledRows | undefined): Promise<void>;
}

export const LABELLED_ROWS_MAX = 50_000;
/** Values of all rows: 8 MB, as much as a stored model may take. */
export const LABELLED_VALUES_MAX = 1_000_000;

/** The epsilon of best F1 on labelled rows, and the epsilon of the classic exercise's scan. */
export interface ChoiceOnRows {
  readonly epsilon: number;
  readonly rows: number;
  readonly caught: number;
  readonly missed: number;
  readonly falseAlarms: number;
  /** The least score of an anomaly that is caught. */
  readonly least: number;
  /** The same as densities, for a Gaussian: the logarithms of the density at the peak and at either epsilon. */
  readonly density?: { readonly exact: number; readonly scan?: number };
  readonly scan?: { readonly epsilon: number; readonly f1: number };
}

/**
 * The choice that a fitted model leads to; undefined when no epsilon catches an anomaly. Each row stands for itself: it
 * has no neighbours with which its score could persist.
 */
export function chooseOnRows(
  baseline: Baseline,
  model: Memoryless,
  { names, rows, labels }: LabelledRows,
  policy: HostPolicy,
): ChoiceOnRows | undefined {
  // A file has the values of features as an export of samples has them.
  const values = project(rows, schemaWith(names, baseline.schema.defined), baseline.schema);
  const places = [...labels.keys()];
  const scores = singleScores(baseline, model, { values, times: places, inOrder: places }, policy);
  const choice = selectEpsilon(scores, labels);
  if (!choice) return undefined;
  const { epsilon, interval, truePositives: caught, falseNegatives: missed, falsePositives: falseAlarms } = choice;
  const common = { epsilon, rows: labels.length, caught, missed, falseAlarms, least: interval.high };
  if (model.detector !== "gaussian") return common;
  const { logPeak } = model;
  const scan = scanEpsilon(
    scores.map((score) => logPeak - score),
    labels,
  );
  return {
    ...common,
    density: { exact: logPeak - epsilon, ...(scan ? { scan: scan.logEpsilon } : {}) },
    ...(scan ? { scan: { epsilon: logPeak - scan.logEpsilon, f1: scan.f1 } } : {}),
  };
}
