import { direction } from "../incident/cause.ts";
import { causesOf, type HostIncident, rulesOf, severityOf } from "../incident/incident.ts";
import { isProvisional } from "../incident/judgement.ts";
import { SAMPLES_MIN } from "../learn/training-fit.ts";
import { clockProblem } from "../notify/clock-error.ts";
import { isOff, isPresent } from "../watch/silent.ts";
import type { HostState } from "../watch/state.ts";
import { whyUnjudged } from "../watch/unjudged.ts";

type Status = "incident" | "silent" | "anomaly" | "normal" | "unjudged" | "learning" | "off" | "retired";

/** Like all views, it is sent as JSON, which leaves out undefined fields. */
export type Card = ReturnType<typeof cardOf>;

export type Summary = ReturnType<typeof summaryOf>;

/** One host as the page of the fleet shows it. Times are in milliseconds since the epoch; numbers have three digits. */
export function cardOf(state: HostState, now: number) {
  const { host, group, verdict, seen, newest, arrived } = state;
  const incident = state.retired ? undefined : state.incident;
  return {
    host,
    group,
    status: statusOf(state, now),
    severity: incident && severityOf(incident),
    incident: incident && incidentOf(incident),
    score: verdict && short(verdict.score),
    epsilon: verdict && short(verdict.epsilon),
    baseline: verdict && `${verdict.baseline.owner} v${verdict.baseline.version}`,
    /** Its group's baseline judges it. */
    provisional: (verdict && isProvisional(verdict.baseline)) || undefined,
    learnt: verdict ? undefined : learntOf(state),
    seen,
    newest,
    arrived,
    /** The error of its clock in words. */
    clock: clockProblem(state),
    unjudged: whyUnjudged(state),
  };
}

/** How far a host without a baseline is, and when it will have one if its samples go on as they came so far. */
function learntOf({ seen, since, newest }: HostState) {
  const samples = Math.min(seen, SAMPLES_MIN);
  const left = SAMPLES_MIN - samples;
  const step = seen > 1 ? (newest - since) / (seen - 1) : 0;
  return { samples, needed: SAMPLES_MIN, until: left > 0 && step > 0 ? Math.round(newest + left * step) : undefined };
}

function incidentOf(incident: HostIncident) {
  const { id, opened, fleet } = incident;
  const [first] = causesOf(incident);
  const cause = first ? `${first.metric} ${direction(first)}` : rulesOf(incident)[0]?.rule;
  return { id, opened, cause, metrics: causesOf(incident).map(({ metric }) => metric), fleet };
}

function statusOf(state: HostState, now: number): Status {
  const { retired, incident, verdict } = state;
  if (retired) return "retired";
  if (incident) return incident.kind === "silent" ? "silent" : "incident";
  if (isOff(state, now)) return "off";
  if (whyUnjudged(state)) return "unjudged";
  if (!verdict) return "learning";
  return verdict.score > verdict.epsilon ? "anomaly" : "normal";
}

/**
 * Counts over all hosts; a silent host that is also provisional counts in both. `refitted` has the time when each
 * group's baseline was last written (ms since the epoch).
 */
export function summaryOf(states: readonly HostState[], refitted: ReadonlyMap<string, number>, now: number) {
  const groups = new Map<string, HostState[]>();
  for (const state of states) groups.set(state.group, [...(groups.get(state.group) ?? []), state]);
  const statuses = states.map((state) => statusOf(state, now));
  const count = (status: Status) => statuses.filter((one) => one === status).length;
  return {
    hosts: states.length,
    incidents: count("incident"),
    anomalies: count("anomaly"),
    calm: count("normal"),
    silent: count("silent"),
    unjudged: count("unjudged"),
    learning: count("learning"),
    off: count("off"),
    retired: count("retired"),
    provisional: states.filter(({ verdict }) => verdict && isProvisional(verdict.baseline)).length,
    /** Samples applied since the hosts were first seen. */
    samples: states.reduce((sum, { seen }) => sum + seen, 0),
    /** Those of them that were above epsilon. */
    flagged: states.reduce((sum, { flagged }) => sum + flagged, 0),
    /** When the last record of any host arrived; 0 = never. */
    latest: states.reduce((latest, { arrived }) => Math.max(latest, arrived), 0),
    groups: [...groups]
      .map(([group, members]) => groupSummary(group, members, refitted.get(group), now))
      .sort((a, b) => (a.group < b.group ? -1 : 1)),
  };
}

function groupSummary(group: string, states: readonly HostState[], refitted: number | undefined, now: number) {
  const present = states.filter((state) => isPresent(state, now));
  const epsilons = present.flatMap(({ verdict }) => (verdict ? [verdict.epsilon] : []));
  return {
    group,
    hosts: states.length,
    troubled: present.filter(({ incident }) => incident).length,
    /** The smallest and the largest in force; absent while all hosts learn. */
    epsilon: epsilons.length > 0 ? [short(Math.min(...epsilons)), short(Math.max(...epsilons))] : undefined,
    refitted,
  };
}

/** Three digits are enough on a page, and change less often than all digits. */
export function short(value: number): number {
  return Number(value.toPrecision(3));
}
