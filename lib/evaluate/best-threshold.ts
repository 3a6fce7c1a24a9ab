import { selectEpsilon } from "../model/best-epsilon.ts";
import { average } from "./averages.ts";
import type { Played } from "./play.ts";
import { rocAuc } from "./ranking.ts";

/** The units of judgement: single rows (1 and 1), or windows of rows of which the next begins `stride` rows later. */
export interface Windows {
  readonly length: number;
  readonly stride: number;
}

export const SINGLE_ROWS: Windows = { length: 1, stride: 1 };

const FIGURES = [
  ...(["threshold", "accuracy", "precision", "recall", "f1", "auc"] as const),
  ...(["tn", "fp", "fn", "tp", "items", "labelled"] as const),
] as const;

/**
 * The counts and shares at the threshold of best F1, a multiple of the epsilon then in force. `items` are the rows or
 * windows, `auc` the area under the ROC curve. Null where labels allow no threshold, or no area.
 */
export type AtThreshold = Readonly<Record<(typeof FIGURES)[number], number | null>>;

interface MachineAtThreshold extends AtThreshold {
  readonly name: string;
  /** Rows before the test part, and in it. */
  readonly trainRows: number;
  readonly testRows: number;
}

/** The figures at the best threshold of each machine, and at the best of all machines together. */
export interface BestThreshold {
  readonly windows: Windows;
  readonly machines: readonly MachineAtThreshold[];
  /** Unweighted over the machines that have the figure. */
  readonly mean: AtThreshold;
  /** One threshold for the rows or windows of all machines. */
  readonly pooled: AtThreshold;
}

export function bestThreshold(played: readonly Played[], windows: Windows): BestThreshold {
  const tests = played.map((one) => windowed(one, windows));
  const machines = played.map(({ name, from, times }, i) => ({
    name,
    ...{ trainRows: from, testRows: times.length - from },
    ...atBest(tests[i] ?? NOTHING),
  }));
  return { windows, machines, mean: meanOf(machines), pooled: atBest(joined(tests)) };
}

interface Scored {
  readonly scores: Float64Array;
  /** 1 for an anomaly. */
  readonly labels: Uint8Array;
}

const NOTHING: Scored = { scores: new Float64Array(), labels: new Uint8Array() };

/** A window counts as labelled if any row of it is, and scores as its highest row does. A last, shorter one is none. */
function windowed({ ratios, labels, from }: Played, { length, stride }: Windows): Scored {
  const [scores, own] = [ratios.subarray(from), labels.subarray(from)];
  const count = Math.max(0, Math.floor((scores.length - length) / stride) + 1);
  const over = <T extends Float64Array | Uint8Array>(values: T, i: number) =>
    (values.subarray(i * stride, i * stride + length) as Float64Array).reduce((a, b) => Math.max(a, b));
  return {
    scores: Float64Array.from({ length: count }, (_, i) => over(scores, i)),
    labels: Uint8Array.from({ length: count }, (_, i) => over(own, i)),
  };
}

function joined(tests: readonly Scored[]): Scored {
  const scores = new Float64Array(tests.reduce((sum, test) => sum + test.scores.length, 0));
  const labels = new Uint8Array(scores.length);
  let at = 0;
  for (const test of tests) {
    scores.set(test.scores, at);
    labels.set(test.labels, at);
    at += test.scores.length;
  }
  return { scores, labels };
}

function atBest({ scores, labels }: Scored): AtThreshold {
  const [items, labelled] = [scores.length, labels.reduce((sum, label) => sum + label, 0)];
  const auc = labelled > 0 && labelled < items ? rocAuc(scores, labels) : null;
  const best = selectEpsilon(scores, labels);
  if (!best) return { ...NO_THRESHOLD, auc, items, labelled };
  const { epsilon: threshold, truePositives: tp, falsePositives: fp, falseNegatives: fn, ...quality } = best;
  const { precision, recall, f1 } = quality;
  const tn = items - tp - fp - fn;
  return { threshold, accuracy: (tp + tn) / items, precision, recall, f1, auc, tn, fp, fn, tp, items, labelled };
}

const NO_THRESHOLD = Object.fromEntries(FIGURES.map((key) => [key, null])) as AtThreshold;

function meanOf(machines: readonly AtThreshold[]): AtThreshold {
  const means = FIGURES.map((key) => [key, average(machines.map((machine) => machine[key]))]);
  return Object.fromEntries(means) as AtThreshold;
}
