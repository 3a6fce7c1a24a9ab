import { EPSILON_SOURCES, type FitReport } from "../learn/report.ts";
import { DETECTORS, PAST_DETECTORS } from "../model/detector.ts";
import { COMBINATIONS } from "../model/ensemble.ts";
import { COVARIANCES } from "../model/gaussian.ts";
import { aNumber, anInteger, aText, listOf, objectOf, oneOf, type Parse, texts } from "./documents.ts";

const estimate = objectOf({ value: aNumber, low: aNumber, high: aNumber });

const NAMES = [...DETECTORS, "ensemble" as const, ...PAST_DETECTORS];

/** A report as it is stored: the JSON of itself. */
export const reportOfDocument: Parse<FitReport> = objectOf(
  {
    owner: aText,
    version: anInteger,
    at: anInteger,
    detector: (value) => oneOf(NAMES, value),
    covariance: (value) => oneOf(COVARIANCES, value),
    samples: anInteger,
    excluded: anInteger,
    epsilon: aNumber,
    source: (value) => oneOf(EPSILON_SOURCES, value),
    labels: objectOf({ fault: texts, false: texts }),
    flagRate: aNumber,
  },
  {
    ensemble: objectOf({
      by: (value) => oneOf(COMBINATIONS, value),
      members: listOf(objectOf({ detector: (value) => oneOf(DETECTORS, value), epsilon: aNumber })),
    }),
    quality: objectOf({ f1: aNumber, precision: estimate, recall: estimate }),
    budget: objectOf({ allowed: aNumber, before: aNumber, after: aNumber }, { ceiling: aNumber }),
    rows: objectOf(
      { rows: anInteger, caught: anInteger, missed: anInteger, falseAlarms: anInteger, least: aNumber },
      {
        density: objectOf({ exact: aNumber }, { scan: aNumber }),
        scan: objectOf({ epsilon: aNumber, f1: aNumber }),
      },
    ),
    shortened: objectOf({ days: aNumber, refused: aText }),
    by: aText,
    from: anInteger,
    replaces: anInteger,
    refused: aText,
  },
);
