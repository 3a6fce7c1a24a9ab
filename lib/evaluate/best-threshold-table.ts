import type { AtThreshold, BestThreshold, Windows } from "./best-threshold.ts";

/** The figures at the best threshold as texts, for the terminal and for the page. */
export interface BestThresholdTable {
  /** Says what was judged, and by which protocol. */
  readonly title: string;
  readonly warning: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The windows by which the convolutional autoencoder of document 003 was judged. */
const DOCUMENT_003: Windows = { length: 20, stride: 2 };

const WARNING =
  "Warning: the labels of these very rows chose the threshold (an oracle). No deployment knows it before; the tables " +
  "above have what the deployed epsilon reached.";

export function bestThresholdTable({ windows, machines, mean, pooled }: BestThreshold): BestThresholdTable {
  return {
    title: titleOf(windows),
    warning: WARNING,
    head: [
      ...["machine", "train rows", "test rows", "judged", "labelled", "threshold"],
      ...["accuracy", "precision", "recall", "F1", "AUC", "TN", "FP", "FN", "TP"],
    ],
    rows: [
      ...machines.map((one) => [one.name, String(one.trainRows), String(one.testRows), ...cells(one)]),
      ["mean", "", "", ...cells(mean)],
      ["pooled", "", "", ...cells(pooled)],
    ],
  };
}

function titleOf({ length, stride }: Windows): string {
  if (length === 1 && stride === 1) return "At the best threshold, by rows of the test part";
  const isOfDocument = length === DOCUMENT_003.length && stride === DOCUMENT_003.stride;
  const protocol = isOfDocument ? ", the protocol of document 003" : "";
  return (
    `At the best threshold, by windows of ${length} rows of the test part, ${stride} apart${protocol}: a window is ` +
    "labelled if a row of it is, and scores as its highest row"
  );
}

function cells(of: AtThreshold): string[] {
  const shares = [of.threshold, of.accuracy, of.precision, of.recall, of.f1, of.auc];
  return [
    ...[of.items, of.labelled].map(count),
    ...shares.map((share) => figure(share)),
    ...[of.tn, of.fp, of.fn, of.tp].map(count),
  ];
}

/** A mean of counts need not be whole. */
export function count(value: number | null | undefined): string {
  return figure(value, Number.isInteger(value) ? 0 : 1);
}

export function figure(value: number | null | undefined, digits = 3): string {
  return value === null || value === undefined || Number.isNaN(value) ? "-" : value.toFixed(digits);
}
