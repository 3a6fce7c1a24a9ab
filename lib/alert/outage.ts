import { incidentId } from "../incident/id.ts";
import { type FleetIncident, fleetSubject, type HostIncident, sampleOf } from "../incident/incident.ts";
import { median } from "../model/median.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";
import type { HostState } from "../watch/state.ts";
import { type Desk, openOf, withFleet } from "./desk.ts";
import type { FleetMove } from "./fleet.ts";
import { firstOf, type Moved, opened, resolved } from "./fleet-incident.ts";
import type { Overview } from "./overview.ts";

/** The group that stands for all hosts; its incident is an outage: no record arrives from any host. */
export const ALL_HOSTS = "*";

/** An outage needs this many intervals of the median host, and at least this long, without a record from any host. */
const INTERVALS_MISSED = 3;
const QUIET_MIN_MS = 5 * MINUTE_MS;
/** People switch on hosts that were off as usual one after the other, each within this time. */
const SWITCHED_ON_WITHIN_MS = 2 * HOUR_MS;

/**
 * Whether no host sends, though some are expected. `since` is the time since when a sweep would have noticed. A process
 * that has just begun to look, or slept, waits as long as any other. Times are in milliseconds since the epoch.
 */
export function isOutage(desk: Desk, { latest, expected, awaited }: Overview, since: number, now: number): boolean {
  const [incident] = openOf(desk);
  if (incident) return latest < incident.opened && awaited > 0;
  return expected.hosts > 0 && now - Math.max(latest, since) > patience(expected.interval);
}

/**
 * Opens the one incident of a fleet that is silent as a whole. Resolves it when all hosts that it made silent have
 * returned, or have had their time to do so. `silent` are the hosts that are newly silent.
 */
export function moveOutage(
  desk: Desk,
  overview: Overview,
  silent: readonly HostState[],
  outage: boolean,
  now: number,
): FleetMove {
  const [incident] = openOf(desk);
  if (!incident) return outage ? moveOf(opened(desk, silenceOfAll(overview, silent, now)), silent) : attaching([]);
  const remaining = [...overview.groups.values()]
    .flatMap(({ troubled }) => troubled)
    .filter((state) => state.incident?.fleet === incident.id);
  if (outage) return outageWith(desk, incident, silent, remaining.length + silent.length);
  if (remaining.length + silent.length === 0) return moveOf(resolved(desk, incident, [], now));
  if (incident.samples === 0) {
    // Its one sample is the record that ended it, as of a host's silence; from here the others have their time.
    const returning = { ...incident, samples: 1, grown: Math.round(now) };
    return moveOf({ desk: withFleet(desk, returning), incident: returning }, silent);
  }
  if (now - incident.grown <= timeToReturn([...remaining, ...silent])) return attaching(silent, incident);
  const left = remaining.flatMap(({ incident: own }) => own ?? []);
  return moveOf(resolved(desk, incident, left, now));
}

/** How long the hosts that are still silent have from the first return on (ms). */
function timeToReturn(silent: readonly HostState[]): number {
  const wasOff = ({ incident }: HostState) => incident?.kind === "silent" && incident.backBy !== undefined;
  if (silent.every(wasOff)) return SWITCHED_ON_WITHIN_MS;
  // Hosts that have returned do not count: their absence stretched their intervals.
  return patience(median(Float64Array.from(silent, ({ interval }) => interval)));
}

/** Hosts that should have been back only now make it larger, without a message. */
function outageWith(desk: Desk, incident: FleetIncident, silent: readonly HostState[], hosts: number): FleetMove {
  if (hosts <= incident.extent.affected) return attaching(silent, incident);
  const larger = { ...incident, extent: { ...incident.extent, affected: hosts, total: hosts, silent: hosts } };
  return moveOf({ desk: withFleet(desk, larger), incident: larger }, silent);
}

function moveOf({ desk, incident }: Moved, attached: readonly HostState[] = []): FleetMove {
  return { ...attaching(attached, incident), desk, incidents: [incident] };
}

function attaching(states: readonly HostState[], incident?: FleetIncident): FleetMove {
  return { incidents: [], attached: new Map(incident ? states.map((state) => [state, incident.id]) : []) };
}

/**
 * It shows the verdict on the host among its hosts that sent last. If all were off as usual, it opens when the first of
 * them should have been back.
 */
function silenceOfAll({ latest, expected }: Overview, silent: readonly HostState[], now: number): FleetIncident {
  const incidents = silent.flatMap(({ incident }) => incident ?? []);
  const first = incidents.reduce((least, { opened }) => Math.min(least, opened), Number.POSITIVE_INFINITY);
  const since = Math.round(latest) + 1;
  const opened = Number.isFinite(first) ? Math.max(first, since) : since;
  const last = incidents.reduce<HostIncident | undefined>((a, b) => (a && a.opened >= b.opened ? a : b), undefined);
  return {
    kind: "fleet",
    id: incidentId(fleetSubject(ALL_HOSTS), opened),
    group: ALL_HOSTS,
    revision: 1,
    opened,
    grown: Math.round(now),
    samples: 0,
    anomalies: 0,
    peak: last ? sampleOf(last) : { time: Math.round(latest) },
    causes: [],
    extent: { affected: expected.hosts, total: expected.hosts, silent: expected.hosts, first: firstOf(incidents) },
  };
}

/** How long no host may have sent before it counts as an outage (ms); `interval` is 0 without any host. */
function patience(interval: number): number {
  return Math.max(INTERVALS_MISSED * interval, QUIET_MIN_MS);
}
