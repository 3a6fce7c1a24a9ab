import type { FleetIncident, HostIncident, Incident } from "../incident/incident.ts";
import { isOpening } from "../incident/notice.ts";
import { type HostState, isUntold, type PendingNotice, pendingOf } from "../watch/state.ts";
import { follows, isNews, leadsOf, withDependents } from "./dependence.ts";
import { withFleet } from "./desk.ts";
import type { AlertPorts } from "./ports.ts";
import type { SweepRun } from "./sweep-run.ts";

/**
 * Marks trouble that groups catch from those that they depend on, and counts it on the incidents that speak for these.
 * Hosts to store are in `changed`, and these join them; desks are stored at once. Renews `run.leads`.
 */
export async function detectDependents(
  ports: AlertPorts,
  run: SweepRun,
  changed: Map<string, HostState>,
): Promise<void> {
  const { overview, attempts, leads } = run;
  const current = (state: HostState) => changed.get(state.host) ?? state;
  leads.clear();
  for (const [group, lead] of leadsOf(run, current)) leads.set(group, lead);
  const waiting = new Map<Incident, Map<string, number>>();
  for (const [group, lead] of leads) {
    const states = (overview.groups.get(group)?.troubled ?? []).map(current);
    const marked = states.map((state) => markedFor(lead, state));
    for (const [i, state] of marked.entries()) if (state !== states[i]) changed.set(state.host, state);
    const hosts = marked.filter(({ incident }) => incident?.parent === lead.id).length;
    if (hosts > 0) waiting.set(lead, (waiting.get(lead) ?? new Map<string, number>()).set(group, hosts));
  }
  for (const [lead, counts] of waiting) {
    if (lead.kind === "fleet") await attempts.run(() => countOnDesk(ports, run, lead, counts));
    else countOnHost(run, lead, counts, changed);
  }
}

/** The same state if it does not begin to wait for the lead. */
function markedFor(lead: Incident, state: HostState): HostState {
  const { incident, pending } = state;
  if (!incident || incident.fleet !== undefined || incident.parent === lead.id) return state;
  if (!isUntold(incident.id, pending) || !follows(incident, lead)) return state;
  return { ...state, incident: { ...incident, parent: lead.id } };
}

/** A desk that another process has just written is left to the next sweep. */
async function countOnDesk(
  { alerting, incidents }: AlertPorts,
  { desks }: SweepRun,
  lead: FleetIncident,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const desk = desks.get(lead.group);
  const next = desk && counted(lead, desk.pending, counts);
  const saved = next && (await alerting.saveDesk({ ...withFleet(desk, next.incident), pending: next.pending }));
  if (!saved) return;
  desks.set(lead.group, saved);
  await incidents.save(next.incident);
}

function countOnHost(
  { overview }: SweepRun,
  lead: HostIncident,
  counts: ReadonlyMap<string, number>,
  changed: Map<string, HostState>,
): void {
  const stored = overview.groups.get(lead.group)?.troubled.find(({ host }) => host === lead.host);
  const state = changed.get(lead.host) ?? stored;
  const next = state && counted(lead, state.pending, counts);
  if (next) changed.set(lead.host, { ...state, ...next });
}

/** The lead with its dependents, and a notice if these are news; undefined if nothing has changed. */
function counted<T extends Incident>(lead: T, pending: readonly PendingNotice[], counts: ReadonlyMap<string, number>) {
  const incident = withDependents(lead, counts);
  const { dependents } = incident;
  if (!dependents) return undefined;
  if (!isNews(dependents)) return incident === lead ? undefined : { incident, pending };
  const told = { ...incident, dependents: { ...dependents, told: dependents.hosts } };
  const waiting = pending.find(({ id, kind }) => id === lead.id && (isOpening(kind) || kind === "grown"));
  // The sweep's own message will show them, but a scorer may be sending its message without them.
  if (waiting) return { incident: waiting.since === undefined ? told : incident, pending };
  const next = { ...told, revision: told.revision + 1 };
  return { incident: next, pending: [...pending, pendingOf("grown", next)] };
}
