import type { BaselineReference, Cause, Incident } from "../watch/incident.ts";
import { aList, aNumber, anInteger, aText } from "./documents.ts";

/** Values of causes are for people: six digits of each are kept, which holds the state of a host below 1 KB. */
const CAUSE_DIGITS = 6;

/**
 * An incident as a list, without its host, which is in the item's key, and without its label, which is an attribute of
 * its own. The order of the list is part of the stored format.
 */
export function documentOfIncident(incident: Incident): unknown {
  const { id, group, revision, opened, lastAnomaly, resolved, samples, anomalies, peak, epsilon, baseline } = incident;
  const times = [opened, lastAnomaly, resolved ?? null];
  const { owner, version } = baseline;
  const causes = incident.causes.map(documentOfCause);
  return [id, group, revision, ...times, samples, anomalies, peak.time, peak.score, epsilon, owner, version, causes];
}

export function incidentOfDocument(document: unknown, host: string): Incident {
  const [id, group, revision, opened, lastAnomaly, resolved, ...others] = aList(document);
  const [samples, anomalies, peakTime, peakScore, epsilon, owner, version, causes] = others;
  return {
    id: aText(id),
    host,
    group: aText(group),
    revision: anInteger(revision),
    opened: anInteger(opened),
    lastAnomaly: anInteger(lastAnomaly),
    ...(resolved === null ? {} : { resolved: anInteger(resolved) }),
    samples: anInteger(samples),
    anomalies: anInteger(anomalies),
    peak: { time: anInteger(peakTime), score: aNumber(peakScore) },
    epsilon: aNumber(epsilon),
    baseline: referenceOf(owner, version),
    causes: aList(causes).map(causeOfDocument),
  };
}

export function referenceOf(owner: unknown, version: unknown): BaselineReference {
  return { owner: aText(owner), version: anInteger(version) };
}

function documentOfCause({ metric, now, expected, low, high, share, normalAt }: Cause): unknown {
  const numbers = [now, expected, low, high, share].map(rounded);
  return normalAt === undefined ? [metric, ...numbers] : [metric, ...numbers, rounded(normalAt)];
}

function causeOfDocument(document: unknown): Cause {
  const [metric, now, expected, low, high, share, normalAt] = aList(document);
  return {
    metric: aText(metric),
    now: aNumber(now),
    expected: aNumber(expected),
    low: aNumber(low),
    high: aNumber(high),
    share: aNumber(share),
    ...(normalAt === undefined ? {} : { normalAt: aNumber(normalAt) }),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(CAUSE_DIGITS));
}
