import {
  DEPENDENTS_MAX,
  type Dependents,
  type HostIncident,
  type Incident,
  rulesOf,
  severityOf,
} from "../incident/incident.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";
import type { HostState } from "../watch/state.ts";
import { openOf } from "./desk.ts";
import { type IncidentNow, silenceHolding } from "./held.ts";
import type { SweepRun } from "./sweep-run.ts";

/**
 * Trouble that a group catches from one that it depends on begins within this time after that one's beginning or
 * growth.
 */
const FOLLOWS_WITHIN_MS = HOUR_MS;
/** Or a little before it, as hosts sample at different times. */
const BEFORE_MS = 5 * MINUTE_MS;

/** The open incidents for which messages wait, by the group that depends on theirs. */
export type Leads = ReadonlyMap<string, Incident>;

/** The state of a sweep without its leads. */
type Seen = Omit<SweepRun, "leads">;

/**
 * The incident that speaks for a group in trouble, by each group that depends on it. `current` gives the new form of a
 * state that the sweep has changed.
 */
export function leadsOf(run: Seen, current: (state: HostState) => HostState = (state) => state): Leads {
  const { dependsOn } = run.settings;
  const parents = new Set([...dependsOn.values()].flat());
  const own = new Map([...parents].map((group) => [group, leadOf(group, run, current)]));
  const leads = new Map<string, Incident>();
  for (const [group, groups] of dependsOn) {
    // An incident that waits itself speaks for no other.
    const speaking = groups.filter((parent) => !dependsOn.get(parent)?.some((one) => own.get(one)));
    const lead = speaking.map((parent) => own.get(parent)).find((one) => one !== undefined);
    if (lead) leads.set(group, lead);
  }
  return leads;
}

/**
 * A group is in trouble with an open incident of its own. It is also in trouble when critical ones are open on the
 * share of its hosts that makes a fleet incident. No silence holds it back, and it waits for no other group: people
 * know of it.
 */
function leadOf(group: string, run: Seen, current: (state: HostState) => HostState): Incident | undefined {
  const { overview, desks, settings, isHeldBack, now } = run;
  const desk = desks.get(group);
  const fleet = (desk ? openOf(desk) : []).find(
    (one) => !silenceHolding("opened", { incident: one, newest: 0 }, run, now),
  );
  if (fleet) return fleet;
  const { total, troubled } = overview.groups.get(group) ?? { total: 0, troubled: [] };
  const critical = troubled
    .map(current)
    .filter((state) => !isHeldBack(state))
    .flatMap(({ incident }) => (incident && incident.fleet === undefined ? incident : []))
    .filter((incident) => severityOf(incident) === "critical");
  if (critical.length === 0 || critical.length < settings.fleetShare * total) return undefined;
  return critical.reduce((a, b) => (b.opened < a.opened ? b : a));
}

/**
 * Whether the opening of an incident waits for another group's: while that one is open, and then while the host is
 * calm. An incident that lasts longer than the time to a reminder is announced.
 */
export function isWaiting(
  { incident, newest }: IncidentNow,
  leads: Leads,
  { remindAfterMs }: Pick<SweepRun["settings"], "remindAfterMs">,
  now: number,
): boolean {
  if (incident.kind === "fleet" || !mayWait(incident)) return false;
  const lead = leads.get(incident.group);
  if (incident.parent === undefined && !(lead && follows(incident, lead))) return false;
  if (incident.resolved !== undefined) return true;
  const isCalm = incident.kind === "anomaly" && newest > incident.lastAnomaly;
  return now - incident.opened < remindAfterMs && (lead !== undefined || isCalm);
}

/** Whether a group may have caught this incident from the lead's. */
export function follows(incident: HostIncident, lead: Incident): boolean {
  const last = lead.kind === "fleet" ? Math.max(lead.opened, lead.grown) : lead.opened;
  const isThen = incident.opened >= lead.opened - BEFORE_MS && incident.opened < last + FOLLOWS_WITHIN_MS;
  return isThen && mayWait(incident);
}

/** Silent hosts are announced, and so are critical rules: a person has asked for these. */
export function mayWait(incident: Incident): boolean {
  return incident.kind === "anomaly" && !rulesOf(incident).some(({ severity }) => severity === "critical");
}

/** The lead with the hosts that wait for it now, by group; an earlier count stays if it was larger. */
export function withDependents<T extends Incident>(lead: T, waiting: ReadonlyMap<string, number>): T {
  const hosts = [...waiting.values()].reduce((sum, one) => sum + one, 0);
  const { told = 0, hosts: most = 0 } = lead.dependents ?? {};
  if (hosts <= most) return lead;
  const largest = [...waiting].sort(([, a], [, b]) => b - a).slice(0, DEPENDENTS_MAX);
  const dependents: Dependents = { hosts, told, groups: largest.map(([group, hosts]) => ({ group, hosts })) };
  return { ...lead, dependents };
}

/** The lead sends a message about the first dependents, and when their number has doubled. */
export function isNews({ hosts, told }: Dependents): boolean {
  return hosts >= Math.max(1, 2 * told);
}
