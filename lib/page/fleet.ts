import { causesOf, type HostIncident, rulesOf, severityOf } from "../incident/incident.ts";
import type { Severity } from "../incident/severity.ts";
import { SAMPLES_MIN } from "../learn/fit.ts";
import { isProvisional } from "../watch/baseline.ts";
import { direction } from "../watch/causes.ts";
import { PAST_AFTER_MS } from "../watch/fold.ts";
import { isPresent } from "../watch/silent.ts";
import type { HostState } from "../watch/state.ts";

type Status = "incident" | "silent" | "anomaly" | "normal" | "learning" | "retired";

/** One host as the fleet's page shows it. Times are in milliseconds since the epoch; numbers have three digits. */
export interface Card {
  readonly host: string;
  readonly group: string;
  readonly status: Status;
  /** Of the open incident. */
  readonly severity?: Severity;
  readonly incident?: {
    readonly id: string;
    readonly opened: number;
    readonly cause?: string;
    readonly fleet?: string;
  };
  /** Absent while learning. */
  readonly score?: number;
  readonly epsilon?: number;
  readonly baseline?: string;
  /** Judged by its group's baseline. */
  readonly provisional?: true;
  /** How far it has learnt, from 0 to `needed`; absent otherwise. */
  readonly learnt?: { readonly samples: number; readonly needed: number };
  readonly seen: number;
  readonly newest: number;
  readonly arrived: number;
  /** What is wrong with its clock. */
  readonly clock?: "ahead" | "behind";
}

/** Counts over all hosts; a host may count more than once, as one that is silent and provisional. */
export interface Summary {
  readonly hosts: number;
  readonly incidents: number;
  readonly anomalies: number;
  readonly silent: number;
  readonly learning: number;
  readonly provisional: number;
  readonly retired: number;
  /** Samples applied since the hosts were first seen. */
  readonly samples: number;
  /** When the last record of any host arrived; 0 = never. */
  readonly latest: number;
  readonly groups: readonly GroupSummary[];
}

interface GroupSummary {
  readonly group: string;
  readonly hosts: number;
  readonly troubled: number;
  /** The smallest and the largest epsilon in force; absent while all learn. */
  readonly epsilon?: readonly [number, number];
  /** When a version of the group's own baseline was written last; absent before the first. */
  readonly refitted?: number;
}

export function cardOf(state: HostState): Card {
  const { host, group, verdict, incident, seen, newest, arrived } = state;
  const status = statusOf(state);
  const clock = clockOf(state);
  return {
    host,
    group,
    status,
    ...(incident && status !== "retired"
      ? { severity: severityOf(incident), incident: { ...incidentOf(incident) } }
      : {}),
    ...(verdict
      ? {
          score: short(verdict.score),
          epsilon: short(verdict.epsilon),
          baseline: `${verdict.baseline.owner} v${verdict.baseline.version}`,
          ...(isProvisional(verdict.baseline) ? { provisional: true as const } : {}),
        }
      : { learnt: { samples: Math.min(seen, SAMPLES_MIN), needed: SAMPLES_MIN } }),
    seen,
    newest,
    arrived,
    ...(clock ? { clock } : {}),
  };
}

function incidentOf(incident: HostIncident) {
  const { id, opened, fleet } = incident;
  const [first] = causesOf(incident);
  const cause = first ? `${first.metric} ${direction(first)}` : rulesOf(incident)[0]?.rule;
  return { id, opened, ...(cause === undefined ? {} : { cause }), ...(fleet === undefined ? {} : { fleet }) };
}

function statusOf({ retired, incident, verdict }: HostState): Status {
  if (retired) return "retired";
  if (incident) return incident.kind === "silent" ? "silent" : "incident";
  if (!verdict) return "learning";
  return verdict.score > verdict.epsilon ? "anomaly" : "normal";
}

function clockOf({ clockAhead, arrived, newest }: HostState): "ahead" | "behind" | undefined {
  if (clockAhead) return "ahead";
  return arrived - newest > PAST_AFTER_MS ? "behind" : undefined;
}

/** Of the whole fleet; `refitted` has when each group's baseline was last written (ms since the epoch). */
export function summaryOf(states: readonly HostState[], refitted: ReadonlyMap<string, number>, now: number): Summary {
  const groups = new Map<string, HostState[]>();
  for (const state of states) groups.set(state.group, [...(groups.get(state.group) ?? []), state]);
  const statuses = states.map(statusOf);
  const count = (status: Status) => statuses.filter((one) => one === status).length;
  return {
    hosts: states.length,
    incidents: count("incident"),
    anomalies: count("anomaly"),
    silent: count("silent"),
    learning: count("learning"),
    retired: count("retired"),
    provisional: states.filter(({ verdict }) => verdict && isProvisional(verdict.baseline)).length,
    samples: states.reduce((sum, { seen }) => sum + seen, 0),
    latest: states.reduce((latest, { arrived }) => Math.max(latest, arrived), 0),
    groups: [...groups]
      .map(([group, members]) => groupSummary(group, members, refitted.get(group), now))
      .sort((a, b) => (a.group < b.group ? -1 : 1)),
  };
}

function groupSummary(
  group: string,
  states: readonly HostState[],
  refitted: number | undefined,
  now: number,
): GroupSummary {
  const present = states.filter((state) => isPresent(state, now));
  const epsilons = present.flatMap(({ verdict }) => (verdict ? [verdict.epsilon] : []));
  return {
    group,
    hosts: states.length,
    troubled: present.filter(({ incident }) => incident).length,
    ...(epsilons.length > 0 ? { epsilon: [short(Math.min(...epsilons)), short(Math.max(...epsilons))] as const } : {}),
    ...(refitted === undefined ? {} : { refitted }),
  };
}

/** Three digits say enough on a page, and change less often than all. */
export function short(value: number): number {
  return Number(value.toPrecision(3));
}
