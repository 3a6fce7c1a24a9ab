import { rounded } from "../watch/causes.ts";
import {
  type BaselineReference,
  type Cause,
  ENDINGS,
  type Extent,
  type Incident,
  type RuleHit,
  type Worst,
} from "../watch/incident.ts";
import { aList, aNumber, anInteger, anObject, aText, oneOf } from "./documents.ts";

/**
 * An incident as a list, without its host, which is in the item's key, and without what people said of it, which are attributes
 * of their own. The order of the list is part of the stored format. Kind (or null) and an object of what few incidents have
 * end it where there is something to say.
 */
export function documentOfIncident(incident: Incident): unknown {
  const { id, group, revision, opened, lastAnomaly, resolved, samples, anomalies, kind } = incident;
  const about = [id, group, revision, opened, lastAnomaly, resolved ?? null, samples, anomalies];
  const rare = rareOf(incident);
  const tail = Object.keys(rare).length > 0 ? [kind ?? null, rare] : kind ? [kind] : [];
  return [...about, ...listOfWorst(incident), ...tail];
}

export function incidentOfDocument(document: unknown, host: string): Incident {
  const [id, group, revision, opened, lastAnomaly, resolved, samples, anomalies, ...rest] = aList(document);
  const [worst, kind, rare] = [rest.slice(0, WORST_LENGTH), rest[WORST_LENGTH], rest[WORST_LENGTH + 1]];
  return {
    ...(kind === undefined || kind === null ? {} : { kind: oneOf(KINDS, kind) }),
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
    ...(rare === undefined ? {} : rareOfDocument(anObject(rare))),
  };
}

const KINDS = ["silent", "fleet"] as const;

type Rare = Pick<
  Incident,
  "ending" | "rules" | "extent" | "fleet" | "told" | "unstable" | "asked" | "reminded" | "texted"
>;

function rareOf({ ending, rules, extent, fleet, told, unstable, asked, reminded, texted }: Incident): Rare {
  return {
    ...(ending ? { ending } : {}),
    ...(rules ? { rules } : {}),
    ...(extent ? { extent } : {}),
    ...(fleet === undefined ? {} : { fleet }),
    ...(told ? { told } : {}),
    ...(unstable ? { unstable } : {}),
    ...(asked ? { asked } : {}),
    ...(reminded ? { reminded } : {}),
    ...(texted ? { texted } : {}),
  };
}

function rareOfDocument({
  ending,
  rules,
  extent,
  fleet,
  told,
  unstable,
  asked,
  reminded,
  texted,
}: Record<string, unknown>): Rare {
  return {
    ...(ending === undefined ? {} : { ending: oneOf(ENDINGS, ending) }),
    ...(rules === undefined ? {} : { rules: aList(rules).map(ruleHitOf) }),
    ...(extent === undefined ? {} : { extent: extentOf(extent) }),
    ...(fleet === undefined ? {} : { fleet: aText(fleet) }),
    ...(told === undefined ? {} : { told: true }),
    ...(unstable === undefined ? {} : { unstable: true }),
    ...(asked === undefined ? {} : { asked: true }),
    ...(reminded === undefined ? {} : { reminded: true }),
    ...(texted === undefined ? {} : { texted: true }),
  };
}

function ruleHitOf(document: unknown): RuleHit {
  const { rule, severity, since, values } = anObject(document);
  return {
    rule: aText(rule),
    severity: oneOf(["warning", "critical"] as const, severity),
    since: anInteger(since),
    values: aList(values).map((value) => {
      const { metric, now } = anObject(value);
      return { metric: aText(metric), now: aNumber(now) };
    }),
  };
}

function extentOf(document: unknown): Extent {
  const { affected, total, silent, remaining, first } = anObject(document);
  return {
    affected: anInteger(affected),
    total: anInteger(total),
    silent: anInteger(silent),
    ...(remaining === undefined ? {} : { remaining: anInteger(remaining) }),
    first: aList(first).map((one) => {
      const { host, id } = anObject(one);
      return { host: aText(host), id: aText(id) };
    }),
  };
}

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

function referenceOf(owner: unknown, version: unknown): BaselineReference {
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
