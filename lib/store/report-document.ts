import type { EpsilonSource, FitReport } from "../learn/report.ts";
import type { Covariance } from "../model/gaussian.ts";
import { aNumber, anInteger, anObject, aText, oneOf, texts } from "./documents.ts";

const COVARIANCES: readonly Covariance[] = ["diagonal", "full"];
const SOURCES: readonly EpsilonSource[] = ["labels", "group labels", "quantile and false labels", "quantile"];

/** Reports are stored as the JSON of what they are. */
export function reportOfDocument(document: unknown): FitReport {
  const report = anObject(document);
  const labels = anObject(report.labels);
  return {
    owner: aText(report.owner),
    version: anInteger(report.version),
    at: anInteger(report.at),
    covariance: oneOf(COVARIANCES, report.covariance),
    samples: anInteger(report.samples),
    excluded: anInteger(report.excluded),
    epsilon: aNumber(report.epsilon),
    source: oneOf(SOURCES, report.source),
    labels: { fault: texts(labels.fault), false: texts(labels.false) },
    ...(report.quality === undefined ? {} : { quality: qualityOf(report.quality) }),
    flagRate: aNumber(report.flagRate),
    ...(report.refused === undefined ? {} : { refused: aText(report.refused) }),
  };
}

function qualityOf(document: unknown): NonNullable<FitReport["quality"]> {
  const { f1, precision, recall } = anObject(document);
  return { f1: aNumber(f1), precision: aNumber(precision), recall: aNumber(recall) };
}
