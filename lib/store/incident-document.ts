import { rounded } from "../watch/causes.ts";
import type { BaselineReference, Cause, Incident, Worst } from "../watch/incident.ts";
import { aList, aNumber, anInteger, aText, oneOf } from "./documents.ts";

/**
 * An incident as a list, without its host, which is in the item's key, and without its label, which is an attribute of
 * its own. The order of the list is part of the stored format; the kind ends that of a silence.
 */
export function documentOfIncident(incident: Incident): unknown {
  const { id, group, revision, opened, lastAnomaly, resolved, samples, anomalies } = incident;
  const about = [id, group, revision, opened, lastAnomaly, resolved ?? null, samples, anomalies];
  return [...about, ...listOfWorst(incident), ...(incident.kind ? [incident.kind] : [])];
}

export function incidentOfDocument(document: unknown, host: string): Incident {
  const [id, group, revision, opened, lastAnomaly, resolved, samples, anomalies, ...rest] = aList(document);
  const [worst, kind] = [rest.slice(0, WORST_LENGTH), rest[WORST_LENGTH]];
  return {
    ...(kind === undefined ? {} : { kind: oneOf(KINDS, kind) }),
    id: aText(id),
    host,
    group: aText(group),
    revision: anInteger(revision),
    opened: anInteger(opened),
    lastAnomaly: anInteger(lastAnomaly),
    ...(resolved === null ? {} : { resolved: anInteger(resolved) }),
    samples: anInteger(samples),
    anomalies: anInteger(anomalies),
    ...worstOfList(worst),
  };
}

const KINDS = ["silent"] as const;

/** Of the list that follows. */
const WORST_LENGTH = 6;

export function listOfWorst({ peak, epsilon, baseline, causes }: Worst): readonly unknown[] {
  return [peak.time, peak.score, epsilon, baseline.owner, baseline.version, causes.map(documentOfCause)];
}

export function worstOfList(list: readonly unknown[]): Worst {
  const [time, score, epsilon, owner, version, causes] = list;
  return {
    peak: { time: anInteger(time), score: aNumber(score) },
    epsilon: aNumber(epsilon),
    baseline: referenceOf(owner, version),
    causes: aList(causes).map(causeOfDocument),
  };
}

export function referenceOf(owner: unknown, version: unknown): BaselineReference {
  return { owner: aText(owner), version: anInteger(version) };
}

function documentOfCause({ metric, now, expected, low, high, share, normalAt, contribution }: Cause): unknown {
  const numbers = [now, expected, low, high, share].map(rounded);
  return [metric, ...numbers, normalAt === undefined ? null : rounded(normalAt), rounded(contribution)];
}

function causeOfDocument(document: unknown): Cause {
  const [metric, now, expected, low, high, share, normalAt, contribution] = aList(document);
  const values = { now: aNumber(now), expected: aNumber(expected), low: aNumber(low), high: aNumber(high) };
  return {
    metric: aText(metric),
    ...values,
    contribution: contribution === undefined ? squaredDeviation(values) : aNumber(contribution),
    share: aNumber(share),
    ...(normalAt === undefined || normalAt === null ? {} : { normalAt: aNumber(normalAt) }),
  };
}

/**
 * The contribution of a cause stored before contributions were: Gaussians alone made them, with bands of ± 2 standard
 * deviations. 1 where six digits do not tell the ends of the band apart.
 */
function squaredDeviation({ now, expected, low, high }: Pick<Cause, "now" | "expected" | "low" | "high">): number {
  const squared = ((4 * (now - expected)) / (high - low)) ** 2;
  return Number.isFinite(squared) ? squared : 1;
}
