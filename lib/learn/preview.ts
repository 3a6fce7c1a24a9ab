import { type Incident, sampleOf } from "../incident/incident.ts";
import { isFalseAlarm } from "../incident/label.ts";
import { alertsPerWeek, CROSSING_EDGES, epsilonWithin } from "../model/crossings.ts";
import { type Baseline, groupOwner, hostOwner } from "../watch/baseline.ts";
import type { BaselineStore, HostStore } from "../watch/ports.ts";
import type { HostState } from "../watch/state.ts";

/** A host with the epsilon that it is judged by now. */
export interface JudgedHost {
  readonly state: HostState;
  readonly epsilon: number;
}

/** One host as another epsilon would change it; alerts a week. */
interface AffectedHost {
  readonly host: string;
  readonly epsilon: number;
  readonly now: number;
  readonly after: number;
}

/** The effects of another epsilon. */
export interface Preview {
  readonly epsilon: number;
  /** Hosts with a baseline whose alerts can be predicted, and those whose epsilon lies below all counted levels. */
  readonly hosts: number;
  readonly untold: number;
  /** Over these hosts together. */
  readonly alertsPerWeek: { readonly now: number; readonly after: number };
  /** Incidents labelled so, by whether their peak lies above epsilon. */
  readonly faults: { readonly caught: number; readonly missed: number };
  readonly falseAlarms: { readonly raised: number; readonly silenced: number };
  /** Hosts whose alerts a week change. */
  readonly affected: readonly AffectedHost[];
}

/** The hosts that `wanted` lets through and that have a baseline; the others of them are learning. */
export async function judgedHosts(
  { hosts, baselines }: { readonly hosts: Pick<HostStore, "all">; readonly baselines: BaselineStore },
  wanted: (state: HostState) => boolean,
) {
  const states: HostState[] = [];
  for await (const state of hosts.all()) if (wanted(state)) states.push(state);
  const owners = new Set(states.flatMap(({ host, group }) => [hostOwner(host), groupOwner(group)]));
  const active = await baselines.active([...owners]);
  const judged = states.flatMap((state) => {
    const epsilon = baselineFor(state, active)?.epsilon;
    return epsilon === undefined ? [] : [{ state, epsilon }];
  });
  return { judged, learning: states.length - judged.length };
}

function baselineFor({ host, group }: HostState, active: ReadonlyMap<string, Baseline>): Baseline | undefined {
  return active.get(hostOwner(host)) ?? active.get(groupOwner(group));
}

/** The effects of `epsilon` in place of each host's own, by the hosts' counts and by labelled incidents. */
export function preview(
  hosts: readonly JudgedHost[],
  incidents: readonly Incident[],
  epsilon: number,
  now: number,
): Preview {
  const told = hosts.filter((host) => isCounted(epsilon) && isCounted(host.epsilon));
  const rates = told.map(({ state, epsilon: own }) => ({
    host: state.host,
    epsilon: own,
    now: alertsPerWeek(state.crossings, own, state.since, now),
    after: alertsPerWeek(state.crossings, epsilon, state.since, now),
  }));
  const faults = incidents.filter(({ label }) => label?.verdict === "fault");
  const falseAlarms = incidents.filter(({ label }) => isFalseAlarm(label));
  const above = (some: readonly Incident[]) =>
    some.filter((one) => (sampleOf(one).judgement?.score ?? 0) > epsilon).length;
  const [caught, raised] = [above(faults), above(falseAlarms)];
  return {
    epsilon,
    hosts: told.length,
    untold: hosts.length - told.length,
    alertsPerWeek: { now: sum(rates.map((rate) => rate.now)), after: sum(rates.map((rate) => rate.after)) },
    faults: { caught, missed: faults.length - caught },
    falseAlarms: { raised, silenced: falseAlarms.length - raised },
    affected: rates.filter((rate) => rate.now !== rate.after),
  };
}

/**
 * How a group stands to an allowance of alerts a week: those expected now, and the smallest common epsilon that holds
 * it.
 */
export function standing(hosts: readonly JudgedHost[], allowed: number | undefined, now: number) {
  const told = hosts.filter(({ epsilon }) => isCounted(epsilon));
  const rates = told.map(({ state, epsilon }) => alertsPerWeek(state.crossings, epsilon, state.since, now));
  const states = hosts.map(({ state }) => state);
  const needed = allowed === undefined ? undefined : epsilonWithin(states, allowed, now);
  return { hosts: told.length, untold: hosts.length - told.length, expectedPerWeek: sum(rates), epsilonNeeded: needed };
}

/** Below the first edge, where the scores of an isolation forest lie, nothing is counted. */
function isCounted(epsilon: number): boolean {
  return epsilon >= (CROSSING_EDGES[0] ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
