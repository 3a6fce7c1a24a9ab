import {
  causesOf,
  type FleetIncident,
  type HostIncident,
  type Incident,
  partOf,
  rulesOf,
  severityOf,
  subjectOf,
} from "../incident/incident.ts";
import { ratioOf } from "../incident/judgement.ts";
import { isFalseAlarm } from "../incident/label.ts";
import type { Severity } from "../incident/severity.ts";
import { whoInBrief, whyInBrief } from "../notify/incident-brief.ts";
import { WEEK_MS } from "../time.ts";
import type { HostState } from "../watch/state.ts";

/** How long a resolved incident counts. */
export const RECENT_MS = WEEK_MS;

/** A host that needs attention, or the hosts of one open incident of a group. */
export interface Work {
  /** `group#web` for a group's incident. */
  readonly host: string;
  readonly group: string;
  /** The hosts of a group's incident that are in trouble now, the worst first; absent for a single host. */
  readonly parts?: readonly string[];
  readonly why: string;
  /** When the reason began, in milliseconds since the epoch. */
  readonly since: number;
  /** Severity of the open incident; absent without one. */
  readonly severity?: Severity;
  /** Peak of the open incident or else the newest score, as a multiple of epsilon; absent without a baseline. */
  readonly ratio?: number;
  /** Incidents that opened within `RECENT_MS`, without those labelled as false alarms or expected. */
  readonly recent: number;
  /** The metrics behind it, the largest first. */
  readonly metrics: readonly string[];
  /** The open incident, or else the last one. */
  readonly incident?: string;
  /** Who acknowledged it. */
  readonly by?: string;
}

/** The recent incidents of a host. */
interface Recent {
  readonly count: number;
  readonly last: HostIncident;
  /** How often each metric was the first cause. */
  readonly causes: ReadonlyMap<string, number>;
}

/**
 * Lists the hosts that need attention, most urgent first. Open incidents are sorted by severity and ratio, other hosts
 * by their number of recent incidents and by score over epsilon. One entry stands for all hosts of an open incident of
 * a group, and comes before single hosts of its severity. A calm host without incidents is left out.
 */
export async function worklist(hosts: AsyncIterable<HostState>, incidents: AsyncIterable<Incident>): Promise<Work[]> {
  const { recent, fleets } = await recentOf(incidents);
  const [single, parts] = [[] as Work[], new Map<string, Work[]>()];
  for await (const state of hosts) {
    const work = state.retired ? undefined : workOf(state, recent.get(state.host));
    if (!work) continue;
    const fleet = state.incident?.fleet ?? "";
    if (fleets.has(fleet)) parts.set(fleet, [...(parts.get(fleet) ?? []), work]);
    else single.push(work);
  }
  const whole = [...parts].flatMap(([id, works]) => fleetWork(fleets.get(id), works.sort(byUrgency)));
  return [...single, ...whole].sort(byUrgency);
}

function byUrgency(a: Work, b: Work): number {
  const byRatio = (b.ratio ?? 0) - (a.ratio ?? 0);
  const byOpenRatio = a.severity ? byRatio : 0;
  const byParts = (b.parts?.length ?? 0) - (a.parts?.length ?? 0);
  return rank(b) - rank(a) || byParts || byOpenRatio || b.recent - a.recent || byRatio || (a.host < b.host ? -1 : 1);
}

function fleetWork(fleet: FleetIncident | undefined, parts: readonly Work[]): Work[] {
  if (!fleet) return [];
  const { group, acknowledged } = fleet;
  const ratio = Math.max(0, ...parts.map((part) => part.ratio ?? 0));
  return [
    {
      ...{ host: subjectOf(fleet), group, parts: parts.map(({ host }) => host), ...openWork(fleet), recent: 0 },
      why: `${whoInBrief(fleet)}: ${whyInBrief(fleet)}`,
      ...(ratio > 0 ? { ratio } : {}),
      ...(acknowledged ? { by: acknowledged.by } : {}),
    },
  ];
}

function rank({ severity }: Work): number {
  if (severity === undefined) return 0;
  return severity === "critical" ? 2 : 1;
}

/** The incidents of each host, and the open ones of groups by their id. */
async function recentOf(incidents: AsyncIterable<Incident>) {
  const found = new Map<string, Recent>();
  const fleets = new Map<string, FleetIncident>();
  for await (const incident of incidents) {
    const { label } = incident;
    if (incident.kind === "fleet" && incident.resolved === undefined) fleets.set(incident.id, incident);
    if (incident.kind === "fleet" || isFalseAlarm(label) || label?.verdict === "expected") continue;
    const { host } = incident;
    const before = found.get(host);
    const counts = new Map(before?.causes);
    const name = incident.kind === "silent" ? "silence" : incident.causes[0]?.metric;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    const last = before && before.last.opened > incident.opened ? before.last : incident;
    found.set(host, { count: (before?.count ?? 0) + 1, last, causes: counts });
  }
  return { recent: found, fleets };
}

function workOf(state: HostState, recent: Recent | undefined): Work | undefined {
  const { host, group, incident, verdict, newest } = state;
  const count = recent?.count ?? 0;
  if (incident) {
    const by = recent?.last.id === incident.id ? recent.last.acknowledged?.by : undefined;
    return { host, group, ...openWork(incident), recent: count, ...(by === undefined ? {} : { by }) };
  }
  const ratio = verdict && verdict.epsilon > 0 ? verdict.score / verdict.epsilon : undefined;
  const judged = ratio === undefined || Number.isNaN(ratio) ? {} : { ratio };
  if (recent) {
    const metrics = [...recent.causes].sort(([, a], [, b]) => b - a).map(([name]) => name);
    const mostly = metrics[0] === undefined ? "" : `, mostly ${metrics[0]}`;
    const why = `${count} ${count === 1 ? "incident" : "incidents"} in 7 days${mostly}`;
    const { opened, id } = recent.last;
    return { host, group, why, since: opened, ...judged, recent: count, metrics, incident: id };
  }
  if (!(judged.ratio !== undefined && judged.ratio > 1)) return undefined;
  return { host, group, why: "anomaly", since: newest, ...judged, recent: 0, metrics: [] };
}

function openWork(incident: Incident): Pick<Work, "why" | "since" | "severity" | "ratio" | "metrics" | "incident"> {
  const { id, opened } = incident;
  const metrics = [...rulesOf(incident).flatMap(({ values }) => values), ...causesOf(incident)].map(
    ({ metric }) => metric,
  );
  return {
    why: whyOpen(incident),
    since: opened,
    severity: severityOf(incident),
    ...(incident.kind === "anomaly" && incident.peak.judgement ? { ratio: ratioOf(incident.peak) } : {}),
    metrics: [...new Set(metrics)],
    incident: id,
  };
}

function whyOpen(incident: Incident): string {
  const fleet = partOf(incident);
  const own = whyInBrief(incident);
  return fleet === undefined ? own : `${own} (its group too: ${fleet})`;
}
