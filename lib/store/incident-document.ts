import type { Extent } from "../incident/extent.ts";
import type { Growth } from "../incident/growth.ts";
import {
  type Also,
  type Emerging,
  ENDINGS,
  type FleetIncident,
  type HostIncident,
  type Incident,
  type SilentIncident,
} from "../incident/incident.ts";
import type { Latest, Reading, Trend } from "../incident/latest.ts";
import type { RuleHit } from "../incident/rule-hit.ts";
import type { Surroundings } from "../incident/surroundings.ts";
import { aList, aNumber, aNumberOrNaN, anInteger, anObject, aText, listOf, objectOf, oneOf } from "./documents.ts";
import { listOfSample, listOfWorst, numberOrNull, sampleOfList, worstOfList } from "./worst-document.ts";

/**
 * An incident as a list, without its host, which is in the item's key, and without labels and acknowledgement, which
 * are attributes of their own. The order of the list is part of the stored format. The last entry, where there is one,
 * is an object of what few incidents have.
 */
export function documentOfIncident(incident: Incident): unknown {
  const { id, group, revision, opened, resolved } = incident;
  const rare = rareOf(incident);
  const tail = Object.values(rare).some((value) => value !== undefined) ? [rare] : [];
  return [KIND_LETTER[incident.kind], id, group, revision, opened, resolved ?? null, ...detailsOf(incident), ...tail];
}

/** An open incident is part of its host's item, which has no byte to spare. */
const KIND_LETTER = { anomaly: "a", silent: "s", fleet: "f" } as const;

function detailsOf(incident: Incident): readonly unknown[] {
  if (incident.kind === "silent") return [incident.noticed, listOfSample(incident.lastSample)];
  const { samples, anomalies } = incident;
  const when = incident.kind === "fleet" ? incident.grown : incident.lastAnomaly;
  const extent = incident.kind === "fleet" ? [incident.extent] : [];
  return [when, samples, anomalies, listOfWorst(incident), ...extent];
}

function rareOf(incident: Incident): Readonly<Record<string, unknown>> {
  const { reminded, texted, notified, held, dependents } = incident;
  const ofAll = { reminded, texted, notified, held, dependents };
  if (incident.kind === "fleet") {
    const { rules, patterns, spread, announced, latest } = incident;
    return { rules, patterns, spread, announced, latest: latest && listOfLatest(latest), ...ofAll };
  }
  const { ending, fleet, told, parent } = incident;
  const ofHost = { ending, fleet, told, parent, ...ofAll };
  if (incident.kind === "silent") return { ...ofHost, unread: incident.unread, backBy: incident.backBy };
  const { rules, patterns, unstable, quiet, asked, worsened, emerging, also, alsoSeen, latest, trend } = incident;
  const { growth, surroundings, exceeded } = incident;
  return {
    ...{ ...ofHost, rules, patterns, unstable, quiet, asked, worsened },
    emerging: emerging?.map(({ pattern, seen }) => [pattern, seen]),
    also: also && [...listOfWorst(also), ...(also.rules ? [also.rules] : [])],
    latest: latest && listOfLatest(latest),
    trend: trend && [trend.metric, trend.since, trend.samples, trend.mean, trend.recent],
    growth: growth && listOfGrowth(growth),
    surroundings,
    alsoSeen,
    exceeded,
  };
}

/** `subject` is the host, or stands for a group. */
export function incidentOfDocument(document: unknown, subject: string): Incident {
  return aList(document)[0] === KIND_LETTER.fleet
    ? fleetIncidentOfDocument(document)
    : hostIncidentOfDocument(document, subject);
}

export function hostIncidentOfDocument(document: unknown, host: string): HostIncident {
  const [kind, ...list] = aList(document);
  const { details, ...base } = baseOf(list);
  if (oneOf([KIND_LETTER.anomaly, KIND_LETTER.silent], kind) === KIND_LETTER.silent) {
    const [noticed, sample, rare] = details;
    const about = { noticed: anInteger(noticed), lastSample: sampleOfList(sample) };
    return { kind: "silent", host, ...base, ...about, ...silentRareOf(rare), ...hostRareOf(rare) };
  }
  const [lastAnomaly, samples, anomalies, worst, rare = {}] = details;
  const { unstable, quiet, asked, worsened, emerging, also, alsoSeen, trend, growth } = anObject(rare);
  const { surroundings, exceeded } = anObject(rare);
  return {
    ...{ kind: "anomaly", host, ...base, lastAnomaly: anInteger(lastAnomaly), samples: anInteger(samples) },
    ...{ anomalies: anInteger(anomalies), ...worstOfList(worst), ...rulesOfRare(rare), ...hostRareOf(rare) },
    ...(unstable === undefined ? {} : { unstable: true }),
    ...(quiet === undefined ? {} : { quiet: aText(quiet) }),
    ...{ ...patternsOfRare(rare), ...(asked === undefined ? {} : { asked: true }) },
    ...(worsened === undefined ? {} : { worsened: anInteger(worsened) }),
    ...(emerging === undefined ? {} : { emerging: aList(emerging).map(emergingOfList) }),
    ...(also === undefined ? {} : { also: alsoOfList(also) }),
    ...latestOfRare(rare),
    ...(trend === undefined ? {} : { trend: trendOfList(trend) }),
    ...(growth === undefined ? {} : { growth: growthOfList(growth) }),
    ...(surroundings === undefined ? {} : { surroundings: surroundingsOfDocument(surroundings) }),
    ...(alsoSeen === undefined ? {} : { alsoSeen: anInteger(alsoSeen) }),
    ...(exceeded === undefined ? {} : { exceeded: anInteger(exceeded) }),
  };
}

export function fleetIncidentOfDocument(document: unknown): FleetIncident {
  const [kind, ...list] = aList(document);
  const { details, ...base } = baseOf(list);
  const [grown, samples, anomalies, worst, extent, rare] = details;
  oneOf([KIND_LETTER.fleet], kind);
  return {
    kind: "fleet",
    ...base,
    grown: anInteger(grown),
    ...{ samples: anInteger(samples), anomalies: anInteger(anomalies) },
    ...worstOfList(worst),
    extent: extentOf(extent),
    ...rulesOfRare(rare),
    ...patternsOfRare(rare),
    ...spreadOfRare(rare),
    ...latestOfRare(rare),
    ...marksOf(rare),
  };
}

function spreadOfRare(rare: unknown = {}): Pick<FleetIncident, "spread" | "announced"> {
  const { spread, announced } = anObject(rare);
  return {
    ...(spread === undefined ? {} : { spread: true }),
    ...(announced === undefined ? {} : { announced: announcedOfDocument(announced) }),
  };
}

const announcedOfDocument = objectOf({ affected: anInteger, at: anInteger });

function baseOf([id, group, revision, opened, resolved, ...details]: readonly unknown[]) {
  return {
    id: aText(id),
    group: aText(group),
    revision: anInteger(revision),
    opened: anInteger(opened),
    ...(resolved === null ? {} : { resolved: anInteger(resolved) }),
    details,
  };
}

function hostRareOf(rare: unknown = {}): Pick<HostIncident, "ending" | "fleet" | "told" | "parent"> & RareOfAll {
  const { ending, fleet, told, parent } = anObject(rare);
  return {
    ...(ending === undefined ? {} : { ending: oneOf(ENDINGS, ending) }),
    ...(fleet === undefined ? {} : { fleet: aText(fleet) }),
    ...(told === undefined ? {} : { told: true }),
    ...(parent === undefined ? {} : { parent: aText(parent) }),
    ...marksOf(rare),
  };
}

function silentRareOf(rare: unknown = {}): Partial<Pick<SilentIncident, "unread" | "backBy">> {
  const { unread, backBy } = anObject(rare);
  return {
    ...(unread === undefined ? {} : { unread: unreadOfDocument(unread) }),
    ...(backBy === undefined ? {} : { backBy: anInteger(backBy) }),
  };
}

export const unreadOfDocument = objectOf({ since: anInteger, reason: aText });

function marksOf(rare: unknown = {}): RareOfAll {
  const { reminded, texted, notified, held, dependents } = anObject(rare);
  return {
    ...(reminded === undefined ? {} : { reminded: true }),
    ...(texted === undefined ? {} : { texted: true }),
    ...(notified === undefined ? {} : { notified: anInteger(notified) }),
    ...(held === undefined ? {} : { held: true }),
    ...(dependents === undefined ? {} : { dependents: dependentsOf(dependents) }),
  };
}

type RareOfAll = Pick<Incident, "reminded" | "texted" | "notified" | "held" | "dependents">;

const dependentsOf = objectOf({
  hosts: anInteger,
  told: anInteger,
  groups: listOf(objectOf({ group: aText, hosts: anInteger })),
});

function rulesOfRare(rare: unknown = {}): { readonly rules?: readonly RuleHit[] } {
  const { rules } = anObject(rare);
  return rules === undefined ? {} : { rules: aList(rules).map(ruleHitOf) };
}

function patternsOfRare(rare: unknown = {}): { readonly patterns?: readonly string[] } {
  const { patterns } = anObject(rare);
  return patterns === undefined ? {} : { patterns: aList(patterns).map(aText) };
}

function emergingOfList(document: unknown): Emerging {
  const [pattern, seen] = aList(document);
  return { pattern: aText(pattern), seen: anInteger(seen) };
}

function alsoOfList(document: unknown): Also {
  const [, , rules] = aList(document);
  return { ...worstOfList(document), ...(rules === undefined ? {} : { rules: aList(rules).map(ruleHitOf) }) };
}

function listOfLatest({ time, readings }: Latest): readonly unknown[] {
  return [
    time,
    readings.map(({ metric, unit, now, expected, low, high }) => {
      const numbers = [numberOrNull(now), expected, low, high];
      return [metric, ...numbers, ...(unit === undefined ? [] : [unit])];
    }),
  ];
}

function latestOfRare(rare: unknown = {}): { readonly latest?: Latest } {
  const { latest } = anObject(rare);
  if (latest === undefined) return {};
  const [time, readings] = aList(latest);
  return { latest: { time: anInteger(time), readings: aList(readings).map(readingOfList) } };
}

function readingOfList(document: unknown): Reading {
  const [metric, now, expected, low, high, unit] = aList(document);
  const numbers = { expected: aNumber(expected), low: aNumber(low), high: aNumber(high) };
  const named = { metric: aText(metric), ...(unit === undefined ? {} : { unit: aText(unit) }) };
  return { ...named, now: aNumberOrNaN(now), ...numbers };
}

function trendOfList(document: unknown): Trend {
  const [metric, since, samples, mean, recent] = aList(document);
  const numbers = { mean: aNumber(mean), recent: aNumber(recent) };
  return { metric: aText(metric), since: anInteger(since), samples: anInteger(samples), ...numbers };
}

function listOfGrowth({ metric, since, samples, time, distance, times, products, distances }: Growth) {
  return [metric, since, samples, time, distance, times, products, distances];
}

function growthOfList(document: unknown): Growth {
  const [metric, since, samples, ...numbers] = aList(document);
  const [time, distance, times, products, distances] = numbers;
  return {
    ...{ metric: aText(metric), since: anInteger(since), samples: anInteger(samples) },
    ...{ time: aNumber(time), distance: aNumber(distance) },
    ...{ times: aNumber(times), products: aNumber(products), distances: aNumber(distances) },
  };
}

function surroundingsOfDocument(document: unknown): Surroundings {
  const { far, usual, usualAt, isDayOff } = anObject(document);
  return {
    ...(far === undefined ? {} : { far: aList(far).map(aText) }),
    ...(usual === undefined ? {} : { usual: aList(usual).map(aText) }),
    ...(usualAt === undefined ? {} : { usualAt: anInteger(usualAt) }),
    ...(isDayOff === undefined ? {} : { isDayOff: true }),
  };
}

function ruleHitOf(document: unknown): RuleHit {
  const { rule, severity, since, values } = anObject(document);
  return {
    rule: aText(rule),
    severity: oneOf(["warning", "critical"] as const, severity),
    since: anInteger(since),
    values: aList(values).map((value) => {
      const { metric, unit, now } = anObject(value);
      return { metric: aText(metric), ...(unit === undefined ? {} : { unit: aText(unit) }), now: aNumber(now) };
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
