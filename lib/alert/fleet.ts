import { EXTENT_HOSTS_MAX, type Extent } from "../incident/extent.ts";
import { incidentId } from "../incident/id.ts";
import {
  causesOf,
  type FleetIncident,
  fleetSubject,
  type HostIncident,
  type Incident,
  sampleOf,
} from "../incident/incident.ts";
import { ratioOf } from "../incident/judgement.ts";
import { isOpening } from "../incident/notice.ts";
import { MINUTE_MS } from "../time.ts";
import { type HostState, pendingOf } from "../watch/state.ts";
import type { Desk } from "./desk.ts";
import type { GroupOverview } from "./overview.ts";
import type { AlertSettings } from "./settings.ts";

/** What is to become of a group's fleet incident, and of its hosts' incidents. */
export interface FleetMove {
  /** The desk as it is to be stored; absent when it stays as it is. */
  readonly desk?: Desk;
  /** The fleet's incident that the move opens, changes or resolves, in its new form. */
  readonly incident?: FleetIncident;
  /** Hosts whose open incidents become part of it. */
  readonly attached: readonly HostState[];
}

const STAY: FleetMove = { attached: [] };

/** Incidents of a group that open within a minute of one another are one. */
const TOGETHER_MS = MINUTE_MS;
/** After it has opened or grown, a fleet's incident stays open for at least so long. */
const OPEN_MIN_MS = 120_000;

/**
 * Opens the incident of a group when enough of its hosts are in trouble together, attaches later ones to it while it is
 * open, and resolves it when few are left. `now` is in milliseconds since the epoch.
 */
export function moveFleet(
  desk: Desk,
  { total, troubled }: GroupOverview,
  isSilenced: (state: HostState) => boolean,
  settings: AlertSettings,
  now: number,
): FleetMove {
  const candidates = troubled.filter((state) => state.incident?.fleet === undefined && !isSilenced(state));
  if (!desk.incident) {
    const together = new Set(mostTogether(candidates));
    if (together.size < thresholdOf(settings, total) || ![...together].some(isUnannounced)) return STAY;
    const attached = candidates.filter((state) => together.has(state) || isUnannounced(state));
    return opened(desk, fleetOf(desk, attached, total, now), attached);
  }
  const { incident } = desk;
  const joining = candidates.filter(isUnannounced);
  const remaining = [...troubled.filter((state) => state.incident?.fleet === incident.id), ...joining];
  const isOver = remaining.length < thresholdOf(settings, incident.extent.total) / 2;
  if (isOver && now - incident.grown >= OPEN_MIN_MS) return resolved(desk, incident, remaining, now);
  return joining.length > 0 ? grown(desk, incident, joining, now) : STAY;
}

/** The opening of the host's incident is still pending. */
function isUnannounced({ incident, pending }: HostState): boolean {
  return pending.some(({ kind, id }) => isOpening(kind) && id === incident?.id);
}

/** The open incident becomes part of a fleet's: its pending notices are dropped. */
export function attach(state: HostState, fleet: string): HostState {
  const { incident } = state;
  if (!incident) return state;
  if (!isUnannounced(state)) return { ...state, incident: { ...incident, fleet, told: true } };
  return { ...state, incident: { ...incident, fleet }, pending: state.pending.filter(({ id }) => id !== incident.id) };
}

/** So many hosts of so many are a fleet's incident. */
function thresholdOf({ fleetHosts, fleetShare }: AlertSettings, total: number): number {
  return Math.max(fleetHosts, fleetShare * total);
}

/**
 * The largest set of hosts whose incidents began together. One that reports less often than once in that time may have
 * been in trouble for as long as one of its intervals before the incident shows, or after the last sample.
 */
function mostTogether(states: readonly HostState[]): readonly HostState[] {
  const spans = states.map((state) => {
    const from = state.incident?.opened ?? 0;
    return { state, from, to: from + Math.max(TOGETHER_MS, state.interval) };
  });
  const begins = spans.map(({ from }) => from).sort((a, b) => a - b);
  const ends = spans.map(({ to }) => to).sort((a, b) => a - b);
  let [most, at, ended] = [0, 0, 0];
  for (const [begun, from] of begins.entries()) {
    while ((ends[ended] ?? from) < from) ended++;
    if (begun + 1 - ended > most) [most, at] = [begun + 1 - ended, from];
  }
  return spans.filter(({ from, to }) => from <= at && at <= to).map(({ state }) => state);
}

/**
 * Incidents are told apart by when they began: a host that is left from the group's last one, as nobody could write its
 * state, must not give this one the same beginning.
 */
function fleetOf({ group, begun }: Desk, members: readonly HostState[], total: number, now: number): FleetIncident {
  const incidents = members.flatMap(({ incident }) => incident ?? []);
  const first = Math.max(begun + 1, Math.min(...incidents.map((incident) => incident.opened)));
  return {
    kind: "fleet",
    id: incidentId(fleetSubject(group), first),
    group,
    revision: 1,
    opened: first,
    grown: Math.round(now),
    ...countsOf(incidents),
    ...worstOf(incidents),
    extent: { total, ...counted(incidents), first: firstOf(incidents) },
  };
}

function grown(desk: Desk, incident: FleetIncident, joining: readonly HostState[], now: number): FleetMove {
  const members = joining.flatMap((state) => state.incident ?? []);
  const { affected, silent } = counted(members);
  const before = incident.extent;
  const extent: Extent = {
    ...before,
    affected: before.affected + affected,
    silent: before.silent + silent,
    first: [...before.first, ...firstOf(members)].slice(0, EXTENT_HOSTS_MAX),
  };
  const next = { ...incident, ...worstOf([incident, ...members]), extent, grown: Math.round(now) };
  return { desk: { ...desk, incident: next }, incident: next, attached: joining };
}

export function opened(desk: Desk, incident: FleetIncident, attached: readonly HostState[]): FleetMove {
  const pending = [...desk.pending, pendingOf("opened", incident)];
  return { desk: { ...desk, begun: incident.opened, incident, pending }, incident, attached };
}

export function resolved(desk: Desk, incident: FleetIncident, remaining: readonly HostState[], now: number): FleetMove {
  const { incident: _, ...rest } = desk;
  const left = remaining.flatMap((state) => state.incident ?? []);
  const extent = { ...incident.extent, remaining: left.length, first: firstOf(left) };
  const over = {
    ...incident,
    revision: incident.revision + 1,
    resolved: Math.max(Math.round(now), incident.opened),
    extent,
  };
  return { desk: { ...rest, pending: [...desk.pending, pendingOf("resolved", over)] }, incident: over, attached: [] };
}

/** The first of them, in the order in which they opened. */
export function firstOf(incidents: readonly HostIncident[]): Extent["first"] {
  return [...incidents]
    .sort((a, b) => a.opened - b.opened)
    .slice(0, EXTENT_HOSTS_MAX)
    .map(({ host, id }) => ({ host, id }));
}

/** Peak and what goes with it of the incident that is furthest beyond its epsilon. */
function worstOf(incidents: readonly Incident[]) {
  const worst = incidents.reduce((a, b) => (ratioOf(sampleOf(b)) > ratioOf(sampleOf(a)) ? b : a));
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
