import { EXTENT_HOSTS_MAX } from "../incident/extent.ts";
import { type FleetIncident, type HostIncident, subjectsOf } from "../incident/incident.ts";
import type { Pattern } from "../incident/pattern.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";
import { type HostState, isUntold } from "../watch/state.ts";
import { beginningOf, hostsWith, SPREAD_MS, spreadThreshold, withBeginnings } from "./beginnings.ts";
import { type Beginning, type Desk, openOf } from "./desk.ts";
import { fleetOf, grown, type Moved, opened, patternsOfAll, resolved } from "./fleet-incident.ts";
import type { GroupOverview } from "./overview.ts";
import type { AlertSettings } from "./settings.ts";

/** The changes to a group's fleet incidents, and to its hosts' incidents. */
export interface FleetMove {
  /** The desk to store; absent when it is unchanged. */
  readonly desk?: Desk;
  /** The fleet incidents that the move opens, changes or resolves, in their new form. */
  readonly incidents: readonly FleetIncident[];
  /** Hosts whose open incidents become part of one of them, with its id. */
  readonly attached: ReadonlyMap<HostState, string>;
}

/** Incidents of a group that open within a minute of one another are one. */
const TOGETHER_MS = MINUTE_MS;
/** After it has opened or grown, a fleet's incident stays open for at least this long. */
const OPEN_MIN_MS = 120_000;
/** An incident that spreads from host to host is over when no other host has followed within this time. */
const SPREAD_OPEN_MIN_MS = 20 * MINUTE_MS;
/** Trouble without an anomaly for this long, and for two records, is about to end. */
const CALMING_MS = 2 * MINUTE_MS;
/** A silent host that does not come back within this time is gone, and keeps no fleet's incident open. */
const GONE_AFTER_MS = 6 * HOUR_MS;
/** Most open fleet incidents of a group; other trouble of its hosts is announced host by host. */
const FLEETS_MAX = 4;

/**
 * Opens an incident of a group when many of its hosts are in trouble at once, or several get the same one after the
 * other. Hosts that get the same within the next hour join it, but not those that a silence holds back. It resolves
 * when few hosts are left, and none of these is about to recover as well. `now` is in milliseconds since the epoch.
 */
export function moveFleet(
  desk: Desk,
  { total, troubled }: GroupOverview,
  isHeldBack: (state: HostState) => boolean,
  settings: AlertSettings,
  now: number,
): FleetMove {
  const free = troubled.filter((state) => state.incident?.fleet === undefined && !isHeldBack(state));
  const incidents: FleetIncident[] = [];
  const attached = new Map<HostState, string>();
  let after = withBeginnings(desk, free, now);
  const take = (moved: Moved, states: readonly HostState[]) => {
    after = moved.desk;
    incidents.push(moved.incident);
    for (const state of states) attached.set(state, moved.incident.id);
  };
  for (const incident of openOf(desk)) {
    const joining = free.filter((state) => !attached.has(state) && isUnannounced(state) && joins(state, incident, now));
    const members = troubled.filter((state) => state.incident?.fleet === incident.id);
    const news = incidentsOf(newcomers(desk, incident, joining));
    if (joining.length > 0) take(grown(after, incident, incidentsOf(joining), news, now), joining);
    else if (isOver(incident, members, settings, now)) take(resolved(after, incident, incidentsOf(members), now), []);
  }
  const rest = free.filter((state) => !attached.has(state));
  const group = openOf(after).length < FLEETS_MAX ? groupOf(after, rest, total, settings, now) : undefined;
  if (group) take(opened(after, incidentOf(after, group, total, now)), group.states);
  return { ...(after === desk ? {} : { desk: after }), incidents, attached };
}

/** The open incident becomes part of a fleet's: its pending notices are dropped. */
export function attach(state: HostState, fleet: string): HostState {
  const { incident } = state;
  if (!incident) return state;
  if (!isUnannounced(state)) return { ...state, incident: { ...incident, fleet, told: true } };
  return { ...state, incident: { ...incident, fleet }, pending: state.pending.filter(({ id }) => id !== incident.id) };
}

/** Whether an open fleet's incident contains a host's: it grew within the hour, and has the same patterns. */
export function contains(fleet: FleetIncident, incident: HostIncident, now: number): boolean {
  return now - fleet.grown < SPREAD_MS && isAbout(fleet, subjectsOf(incident));
}

/** Whether it has all of these patterns; an incident of an earlier version has every pattern. */
export function isAbout({ patterns }: Pick<FleetIncident, "patterns">, subjects: readonly Pattern[]): boolean {
  return patterns === undefined || (subjects.length > 0 && subjects.every((subject) => patterns.includes(subject)));
}

function joins({ incident }: HostState, fleet: FleetIncident, now: number): boolean {
  return incident !== undefined && contains(fleet, incident, now);
}

function isOver(incident: FleetIncident, members: readonly HostState[], settings: AlertSettings, now: number): boolean {
  const { extent, spread } = incident;
  const isGone = ({ incident: own }: HostState) => own?.kind === "silent" && now - own.opened > GONE_AFTER_MS;
  const left = members.filter((state) => !isGone(state));
  const least = spread ? spreadThreshold(settings, extent.total) : thresholdOf(settings, extent.total);
  const isFew = left.length < least / 2 && !left.some((state) => isCalming(state, now));
  return isFew && now - incident.grown >= (spread ? SPREAD_OPEN_MIN_MS : OPEN_MIN_MS);
}

/** Its incident will end soon, and then needs no message of its own. */
function isCalming({ incident, interval }: HostState, now: number): boolean {
  return incident?.kind === "anomaly" && now - incident.lastAnomaly > Math.max(CALMING_MS, 2 * interval);
}

/**
 * The hosts that the incident does not count yet. It counts those that had the same since it opened, and if it spread
 * from host to host, also those that had it within the hour before.
 */
function newcomers(
  { recent }: Desk,
  { opened: since, spread }: FleetIncident,
  joining: readonly HostState[],
): readonly HostState[] {
  const isCounted = (state: HostState) =>
    recent.some(
      ({ host, pattern, at }) =>
        host === state.host && pattern === beginningOf(state)?.pattern && (spread || at >= since),
    );
  return joining.filter((state) => !isCounted(state));
}

/** Hosts that make an incident of the group. */
interface Group {
  readonly states: readonly HostState[];
  /** If they got it one after the other: all that had it, including those that have recovered. */
  readonly spread?: readonly Beginning[];
}

function groupOf(
  desk: Desk,
  free: readonly HostState[],
  total: number,
  settings: AlertSettings,
  now: number,
): Group | undefined {
  const news = free.filter(isUnannounced);
  const together = new Set(mostTogether(free));
  if (together.size >= thresholdOf(settings, total) && news.some((state) => together.has(state))) {
    const patterns = patternsOfAll(incidentsOf([...together]));
    const isSame = (state: HostState) =>
      isUnannounced(state) && isAbout({ patterns }, incidentsOf([state]).flatMap(subjectsOf));
    return { states: free.filter((state) => together.has(state) || isSame(state)) };
  }
  for (const pattern of new Set(news.flatMap((state) => beginningOf(state)?.pattern ?? []))) {
    const spread = hostsWith(desk, pattern, now);
    const states = free.filter((state) => beginningOf(state)?.pattern === pattern);
    if (spread.length >= spreadThreshold(settings, total)) return { states, spread };
  }
  return undefined;
}

function incidentOf(desk: Desk, { states, spread }: Group, total: number, now: number): FleetIncident {
  const incident = fleetOf(desk, incidentsOf(states), total, now);
  if (!spread) return incident;
  const first = spread.slice(0, EXTENT_HOSTS_MAX).map(({ host, id }) => ({ host, id }));
  return { ...incident, spread: true, extent: { ...incident.extent, affected: spread.length, first } };
}

function incidentsOf(states: readonly HostState[]): readonly HostIncident[] {
  return states.flatMap(({ incident }) => incident ?? []);
}

/** The opening of the host's incident is still pending. */
function isUnannounced({ incident, pending }: HostState): boolean {
  return incident !== undefined && isUntold(incident.id, pending);
}

/** The least number of hosts of a group of `total` that make one incident. */
function thresholdOf({ fleetHosts, fleetShare }: AlertSettings, total: number): number {
  return Math.max(fleetHosts, fleetShare * total);
}

/**
 * The largest set of hosts whose incidents began together. The incident of a host that sends less often shows late: its
 * trouble may have begun up to one of its intervals before, or since its last sample.
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
