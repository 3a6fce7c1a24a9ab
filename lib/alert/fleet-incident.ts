import { EXTENT_HOSTS_MAX, type Extent } from "../incident/extent.ts";
import { incidentId } from "../incident/id.ts";
import {
  causesOf,
  type FleetIncident,
  fleetSubject,
  type HostIncident,
  type Incident,
  sampleOf,
  severityOf,
  subjectsOf,
} from "../incident/incident.ts";
import { ratioOf } from "../incident/judgement.ts";
import { isOpening, type NoticeKind } from "../incident/notice.ts";
import { PATTERNS_MAX, type Pattern } from "../incident/pattern.ts";
import { MINUTE_MS } from "../time.ts";
import { type HostState, pendingOf } from "../watch/state.ts";
import { type Desk, withFleet } from "./desk.ts";

/** A fleet's incident in its new form, and the desk with it. */
export interface Moved {
  readonly desk: Desk;
  readonly incident: FleetIncident;
}

/**
 * A host that died, or for which a rule holds, brings a message after this time, and not only when the size doubled.
 */
const URGENT_GAP_MS = 15 * MINUTE_MS;

/**
 * The incident of these hosts. The beginning identifies an incident. A host may be left from the group's last incident
 * because its state could not be written. It must not give this one the same beginning.
 */
export function fleetOf(
  { group, begun }: Desk,
  members: readonly HostIncident[],
  total: number,
  now: number,
): FleetIncident {
  const first = Math.max(begun + 1, Math.min(...members.map(({ opened }) => opened)));
  return {
    kind: "fleet",
    id: incidentId(fleetSubject(group), first),
    group,
    revision: 1,
    opened: first,
    grown: Math.round(now),
    ...countsOf(members),
    ...worstOf(members),
    extent: { total, ...counted(members), first: worstFirst(members) },
    patterns: patternsOfAll(members),
  };
}

/** The patterns of these hosts, the most frequent first. */
export function patternsOfAll(members: readonly HostIncident[]): readonly Pattern[] {
  const counts = new Map<Pattern, number>();
  for (const subject of members.flatMap(subjectsOf)) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([pattern]) => pattern)
    .slice(0, PATTERNS_MAX);
}

export function opened(desk: Desk, incident: FleetIncident): Moved {
  return { desk: announced({ ...desk, begun: incident.opened }, "opened", incident), incident };
}

/**
 * The incident with the hosts that join it; `newcomers` had no part in it before. It brings a message when it has
 * doubled, has become critical, or a newcomer dies or breaks a rule.
 */
export function grown(
  desk: Desk,
  incident: FleetIncident,
  joining: readonly HostIncident[],
  newcomers: readonly HostIncident[],
  now: number,
): Moved {
  const { remaining: _, ...before } = incident.extent;
  const extent: Extent = {
    ...before,
    affected: before.affected + newcomers.length,
    silent: before.silent + counted(newcomers).silent,
    first: firstOfAll(incident, joining),
  };
  const { latest: __, ...rest } = incident;
  const larger = { ...rest, ...worstOf([incident, ...joining]), extent, grown: Math.round(now) };
  const isWaiting = desk.pending.some(({ kind, id }) => (isOpening(kind) || kind === "grown") && id === incident.id);
  const last = incident.announced ?? { affected: before.affected, at: incident.grown };
  const isUrgentNews = newcomers.some(isUrgent) && now - last.at >= URGENT_GAP_MS;
  const isWorse = severityOf(larger) !== severityOf(incident);
  const isNews = extent.affected >= 2 * last.affected || isUrgentNews || isWorse;
  const announcement = { affected: extent.affected, at: Math.round(now) };
  // The message that waits already will show the news.
  if (isWaiting) {
    const waiting = { ...larger, announced: announcement };
    return { desk: withFleet(desk, waiting), incident: waiting };
  }
  const kept = { ...larger, announced: last };
  if (!isNews) return { desk: withFleet(desk, kept), incident: kept };
  const told = { ...larger, announced: announcement, revision: incident.revision + 1 };
  return { desk: announced(desk, "grown", told), incident: told };
}

function isUrgent(incident: HostIncident): boolean {
  return incident.kind === "silent" || incident.rules !== undefined;
}

/** The desk keeps the incident until the notice of its end is sent. */
export function resolved(desk: Desk, incident: FleetIncident, remaining: readonly HostIncident[], now: number): Moved {
  const extent = { ...incident.extent, remaining: remaining.length, first: firstOf(remaining) };
  const { latest: _, ...rest } = incident;
  const over = {
    ...rest,
    revision: incident.revision + 1,
    resolved: Math.max(Math.round(now), incident.opened),
    extent,
  };
  return { desk: announced(desk, "resolved", over), incident: over };
}

/**
 * The incident with its hosts as they are now: how many still have it, the worst first, and the causes of the worst.
 */
export function asNow(incident: FleetIncident, members: readonly HostState[]): FleetIncident {
  const ratioNow = ({ newest, verdict }: HostState) =>
    ratioOf({ time: newest, ...(verdict ? { judgement: verdict } : {}) });
  const left = [...members].sort((a, b) => ratioNow(b) - ratioNow(a)).flatMap((state) => state.incident ?? []);
  const [worst] = left;
  if (!worst) return incident;
  const { rules: _, latest: __, ...rest } = incident;
  const first = left.slice(0, EXTENT_HOSTS_MAX).map(({ host, id }) => ({ host, id }));
  const extent = { ...incident.extent, remaining: left.length, first };
  const latest = worst.kind === "anomaly" && worst.latest ? { latest: worst.latest } : {};
  return { ...rest, ...worstOf([worst]), peak: incident.peak, ...latest, extent };
}

function announced(desk: Desk, kind: NoticeKind, incident: FleetIncident): Desk {
  return { ...withFleet(desk, incident), pending: [...desk.pending, pendingOf(kind, incident)] };
}

/** The first of them, in the order in which they opened. */
export function firstOf(incidents: readonly HostIncident[]): Extent["first"] {
  return [...incidents]
    .sort((a, b) => a.opened - b.opened)
    .slice(0, EXTENT_HOSTS_MAX)
    .map(({ host, id }) => ({ host, id }));
}

/** The worst of them, then the first. */
function worstFirst(members: readonly HostIncident[]): Extent["first"] {
  const [worst] = firstOf([worstIn(members)]);
  const others = [...firstOf(members)].filter(({ host }) => host !== worst?.host);
  return [...(worst ? [worst] : []), ...others].slice(0, EXTENT_HOSTS_MAX);
}

/** The worst of all comes first: one of those that join, or the earlier first. */
function firstOfAll(incident: FleetIncident, joining: readonly HostIncident[]): Extent["first"] {
  const known = incident.extent.first;
  const isWorse = worstIn<Incident>([incident, ...joining]) !== incident;
  const all = isWorse ? [...worstFirst(joining), ...known] : [...known, ...firstOf(joining)];
  return all.filter(({ host }, i) => all.findIndex((one) => one.host === host) === i).slice(0, EXTENT_HOSTS_MAX);
}

/** The one furthest beyond its epsilon. */
function worstIn<T extends Incident>(incidents: readonly T[]): T {
  return incidents.reduce((a, b) => (ratioOf(sampleOf(b)) > ratioOf(sampleOf(a)) ? b : a));
}

/** Peak, causes and rules of the incident that is furthest beyond its epsilon. */
function worstOf(incidents: readonly Incident[]) {
  const worst = worstIn(incidents);
  const { rules } = worst.kind === "silent" ? {} : worst;
  return { peak: sampleOf(worst), causes: causesOf(worst), ...(rules ? { rules } : {}) };
}

function counted(incidents: readonly HostIncident[]) {
  return { affected: incidents.length, silent: incidents.filter(({ kind }) => kind === "silent").length };
}

function countsOf(incidents: readonly HostIncident[]) {
  let [samples, anomalies] = [0, 0];
  for (const incident of incidents) {
    if (incident.kind !== "anomaly") continue;
    samples += incident.samples;
    anomalies += incident.anomalies;
  }
  return { samples, anomalies };
}
