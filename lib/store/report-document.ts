import type { EpsilonSource, Estimate, FitReport } from "../learn/report.ts";
import { DETECTORS } from "../model/detector.ts";
import type { Covariance } from "../model/gaussian.ts";
import { aNumber, anInteger, anObject, aText, oneOf, texts } from "./documents.ts";

const COVARIANCES: readonly Covariance[] = ["diagonal", "full"];
const SOURCES: readonly EpsilonSource[] = [
  "default",
  "quantile",
  "false labels",
  "labels",
  "group labels",
  "budget",
  "by hand",
  "group by hand",
];

/** Reports are stored as the JSON of what they are. Those of version 0.1 knew one detector, no intervals and another word. */
export function reportOfDocument(document: unknown): FitReport {
  const report = anObject(document);
  const labels = anObject(report.labels);
  return {
    owner: aText(report.owner),
    version: anInteger(report.version),
    at: anInteger(report.at),
    detector: report.detector === undefined ? "gaussian" : oneOf(DETECTORS, report.detector),
    covariance: oneOf(COVARIANCES, report.covariance),
    samples: anInteger(report.samples),
    excluded: anInteger(report.excluded),
    epsilon: aNumber(report.epsilon),
    source: report.source === "quantile and false labels" ? "false labels" : oneOf(SOURCES, report.source),
    labels: { fault: texts(labels.fault), false: texts(labels.false) },
    ...(report.quality === undefined ? {} : { quality: qualityOf(report.quality) }),
    ...(report.budget === undefined ? {} : { budget: budgetOf(report.budget) }),
    flagRate: aNumber(report.flagRate),
    ...(report.by === undefined ? {} : { by: aText(report.by) }),
    ...(report.from === undefined ? {} : { from: anInteger(report.from) }),
    ...(report.refused === undefined ? {} : { refused: aText(report.refused) }),
  };
}

function qualityOf(document: unknown): NonNullable<FitReport["quality"]> {
  const { f1, precision, recall } = anObject(document);
  return { f1: aNumber(f1), precision: estimateOf(precision), recall: estimateOf(recall) };
}

/** Of a plain number the interval was not kept: it could have been anything. */
function estimateOf(document: unknown): Estimate {
  if (typeof document === "number") return { value: document, low: 0, high: 1 };
  const { value, low, high } = anObject(document);
  return { value: aNumber(value), low: aNumber(low), high: aNumber(high) };
}

function budgetOf(document: unknown): NonNullable<FitReport["budget"]> {
  const { allowed, before, after, recallLost } = anObject(document);
  const rates = { allowed: aNumber(allowed), before: aNumber(before), after: aNumber(after) };
  return recallLost === undefined ? rates : { ...rates, recallLost: aNumber(recallLost) };
}
