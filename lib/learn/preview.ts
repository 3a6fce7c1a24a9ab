import type { Incident } from "../incident/incident.ts";
import { isFalseAlarm } from "../incident/label.ts";
import { alertsAt, alertsOf, CROSSING_EDGES } from "../model/crossings.ts";
import { groupOwner, hostOwner } from "../watch/baseline.ts";
import type { BaselineStore, HostStore } from "../watch/ports.ts";
import type { HostState } from "../watch/state.ts";
import { alertsSeen, daysOf, expectedAt, expectedOf, joinsOf, peakOf } from "./alerts-seen.ts";
import { baselineAmong } from "./host-baseline.ts";

/** A host with the epsilon that it is judged by now. */
export interface JudgedHost {
  readonly state: HostState;
  readonly epsilon: number;
}

/** The effect of another epsilon on one host. */
interface AffectedHost {
  readonly host: string;
  readonly epsilon: number;
  /** Alerts in the preview's days. */
  readonly now: number;
  readonly after: number;
}

/** The effects of another epsilon. */
export interface Preview {
  readonly epsilon: number;
  /** Hosts with a baseline whose alerts can be predicted, and those whose epsilon lies below all counted levels. */
  readonly hosts: number;
  readonly untold: number;
  /** Alerts of these hosts together in `days` days: a week, or the time seen if that is shorter. */
  readonly alerts: { readonly days: number; readonly now: number; readonly after: number };
  /** Incidents labelled so, by whether their peak lies above epsilon. */
  readonly faults: { readonly caught: number; readonly missed: number };
  readonly falseAlarms: { readonly raised: number; readonly silenced: number };
  /** Hosts whose alerts change. */
  readonly affected: readonly AffectedHost[];
}

/** The hosts that pass `wanted` and have a baseline; its other hosts are learning. */
export async function judgedHosts(
  { hosts, baselines }: { readonly hosts: Pick<HostStore, "all">; readonly baselines: BaselineStore },
  wanted: (state: HostState) => boolean,
) {
  const states: HostState[] = [];
  for await (const state of hosts.all()) if (wanted(state)) states.push(state);
  const owners = new Set(states.flatMap(({ host, group }) => [hostOwner(host), groupOwner(group)]));
  const active = await baselines.active([...owners]);
  const judged = states.flatMap((state) => {
    const epsilon = baselineAmong(active, state)?.epsilon;
    return epsilon === undefined ? [] : [{ state, epsilon }];
  });
  return { judged, learning: states.length - judged.length };
}

/** The effects of `epsilon` in place of each host's own, by the hosts' counts and by their incidents. */
export function preview(
  hosts: readonly JudgedHost[],
  incidents: readonly Incident[],
  epsilon: number,
  now: number,
): Preview {
  const told = hosts.filter((host) => isCounted(epsilon) && isCounted(host.epsilon));
  const alerts = alertsSeen(statesOf(told), incidents, now);
  const rates = told.map(({ state, epsilon: own }) => {
    const ofHost = { seen: alerts.seen, counts: alertsOf([state], now).counts };
    return { host: state.host, epsilon: own, now: expectedAt(ofHost, own), after: expectedAt(ofHost, epsilon) };
  });
  // The label of a fleet's incident also applies to its hosts' incidents.
  const anomalous = incidents.filter(({ kind }) => kind === "anomaly");
  const faults = anomalous.filter(({ label }) => label?.verdict === "fault");
  const falseAlarms = anomalous.filter(({ label }) => isFalseAlarm(label));
  const above = (some: readonly Incident[]) => some.filter((one) => peakOf(one) > epsilon).length;
  const [caught, raised] = [above(faults), above(falseAlarms)];
  return {
    epsilon,
    hosts: told.length,
    untold: hosts.length - told.length,
    alerts: { ...inForce(told, incidents, now), after: expectedAt(alerts, epsilon) },
    faults: { caught, missed: faults.length - caught },
    falseAlarms: { raised, silenced: falseAlarms.length - raised },
    affected: rates.filter((rate) => rate.now !== rate.after),
  };
}

/** The alerts of a group's hosts: those at their own epsilons, and those at any other. */
export function standing(hosts: readonly JudgedHost[], incidents: readonly Incident[], now: number) {
  const told = hosts.filter(({ epsilon }) => isCounted(epsilon));
  return {
    hosts: told.length,
    untold: hosts.length - told.length,
    alerts: inForce(told, incidents, now),
    seen: alertsSeen(statesOf(told), incidents, now),
  };
}

function inForce(hosts: readonly JudgedHost[], incidents: readonly Incident[], now: number) {
  const alerts = alertsSeen(statesOf(hosts), [], now);
  const epsilons = new Map(hosts.map(({ state, epsilon }) => [state.host, epsilon]));
  let count = 0;
  for (const { state, epsilon } of hosts) count += alertsAt(alertsOf([state], now), epsilon);
  for (const { host, peak, difference } of joinsOf(incidents, now))
    if (host === undefined || peak > (epsilons.get(host) ?? Number.POSITIVE_INFINITY)) count += difference;
  return { days: daysOf(alerts), now: Math.max(0, expectedOf(alerts, count)) };
}

function statesOf(hosts: readonly JudgedHost[]): readonly HostState[] {
  return hosts.map(({ state }) => state);
}

/** Below the first edge, where the scores of an isolation forest lie, nothing is counted. */
function isCounted(epsilon: number): boolean {
  return epsilon >= (CROSSING_EDGES[0] ?? 0);
}
