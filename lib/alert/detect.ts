import { type FleetIncident, fleetSubject, type HostIncident, type Incident } from "../incident/incident.ts";
import { SILENCE } from "../incident/pattern.ts";
import { retryOnConflict } from "../retry.ts";
import { afterIncident, endedBy } from "../watch/ending.ts";
import { AT_ONCE, inParallel } from "../watch/parallel.ts";
import { isSilent, silenceOf } from "../watch/silent.ts";
import { type HostState, pendingOf } from "../watch/state.ts";
import type { Attempts } from "./attempts.ts";
import { detectDependents } from "./dependents.ts";
import { type Desk, newDesk, openOf, withFleet } from "./desk.ts";
import { attach, type FleetMove, isAbout, moveFleet } from "./fleet.ts";
import { asNow } from "./fleet-incident.ts";
import { ALL_HOSTS, isOutage, moveOutage } from "./outage.ts";
import type { GroupOverview } from "./overview.ts";
import type { AlertPorts } from "./ports.ts";
import { isReminderDue, reminded } from "./reminder.ts";
import type { SweepRun } from "./sweep-run.ts";

/**
 * Detects what only an overview of all hosts shows: silent hosts, fleets in trouble, and incidents that people forgot.
 * Stores the incidents with their pending notices, and returns the number of silent hosts.
 */
export async function detect(ports: AlertPorts, run: SweepRun): Promise<number> {
  const ends = new Map<string, HostIncident>();
  const off = run.overview.off.map((state) => withoutTrouble(state, ends));
  const silent = await detectSilent(ports, run, ends);
  const attached = await detectFleets(ports, run, silent);
  const changed = new Map([...off, ...silent, ...attached].map((state) => [state.host, state]));
  for (const state of await detectForgotten(ports, run, changed)) changed.set(state.host, state);
  await detectDependents(ports, run, changed);
  const saved = await saveAll(ports, [...changed.values()], ends, run.attempts);
  return silent.filter(({ host }) => saved.has(host)).length;
}

/**
 * Hosts that have fallen silent, in the form to store. In an outage all are part of the one incident. Nobody knows then
 * whether a host in trouble is silent too, so it keeps its incident.
 */
async function detectSilent(
  ports: AlertPorts,
  run: SweepRun,
  ends: Map<string, HostIncident>,
): Promise<readonly HostState[]> {
  const { overview, since, now, desks, attempts } = run;
  const desk = deskOf(desks, ALL_HOSTS);
  const quietAll = isOutage(desk, overview, since, now);
  // One host is no fleet: its silence is its own, as no other host could show that records still arrive.
  const isAlone = overview.expected.hosts === 1 && openOf(desk).length === 0;
  const outage = quietAll && !isAlone;
  const quiet = overview.quiet.filter((state) =>
    outage ? !state.incident && isSilent(state, now) : isSilent(state, quietAll ? now : overview.latest),
  );
  const silent = quiet.map((state) => fallenSilent(withoutTrouble(state, ends), openFleetOf(state, desks), now));
  const move = await attempts.run(() =>
    storeMove(ports, run, ALL_HOSTS, (current) => moveOutage(current, overview, silent, outage, now)),
  );
  // Without that incident it is unknown whether only they are silent: the next sweep sees them again.
  return move ? silent.map((state) => attachedBy(move, state)) : [];
}

/** A host that sends nothing cannot be seen to be normal again, so its trouble ends with its last sample. */
function withoutTrouble(state: HostState, ends: Map<string, HostIncident>): HostState {
  if (!state.incident) return state;
  const over = endedBy("silent", state.incident, state.newest);
  ends.set(state.host, over);
  return afterIncident(state, over);
}

/** The open fleet incident that contains the host's own, if that is about silence, too. */
function openFleetOf({ group, incident }: HostState, desks: ReadonlyMap<string, Desk>): string | undefined {
  const open = openOf(deskOf(desks, group)).find(({ id }) => id === incident?.fleet);
  return open && isAbout(open, [SILENCE]) ? open.id : undefined;
}

/**
 * The pending notice has no `since`, as no scorer is about to send it. There is none when the host stays part of a
 * fleet's incident about silence.
 */
function fallenSilent(state: HostState, fleet: string | undefined, now: number): HostState {
  const incident = silenceOf(state, now);
  if (fleet !== undefined) return { ...state, incident: { ...incident, fleet } };
  return { ...state, incident, pending: [...state.pending, pendingOf("opened", incident)] };
}

/** Hosts whose incidents become part of their group's, in the form to store. */
async function detectFleets(
  ports: AlertPorts,
  run: SweepRun,
  silent: readonly HostState[],
): Promise<readonly HostState[]> {
  const { now, settings, isHeldBack, attempts } = run;
  const attached: HostState[] = [];
  await inParallel(AT_ONCE, [...groupsOf(run, silent)], async ([group, hosts]) => {
    if (group === ALL_HOSTS) return;
    const move = await attempts.run(() =>
      storeMove(ports, run, group, (desk) => moveFleet(desk, hosts, isHeldBack, settings, now)),
    );
    if (move) attached.push(...[...move.attached.keys()].map((state) => attachedBy(move, state)));
  });
  return attached;
}

/** The groups with those just found silent, and groups whose hosts have all gone while their incident is open. */
function groupsOf({ overview, desks }: SweepRun, silent: readonly HostState[]): Map<string, GroupOverview> {
  const troubled = new Map<string, HostState[]>();
  for (const state of silent) {
    const found = troubled.get(state.group) ?? [];
    troubled.set(state.group, found);
    found.push(state);
  }
  const groups = new Map<string, GroupOverview>(
    [...desks.values()]
      .filter((desk) => openOf(desk).length > 0)
      .map(({ group }) => [group, { total: 0, troubled: [] }]),
  );
  const newlySilent = new Set(silent.map(({ host }) => host));
  for (const [group, found] of overview.groups) {
    const others = found.troubled.filter(({ host }) => !newlySilent.has(host));
    groups.set(group, { ...found, troubled: [...others, ...(troubled.get(group) ?? [])] });
  }
  return groups;
}

function attachedBy({ attached }: FleetMove, state: HostState): HostState {
  const fleet = attached.get(state);
  return fleet === undefined ? state : attach(state, fleet);
}

/** The desk is stored before the incidents: if the second fails, a sweep stores them before it sends about them. */
async function storeMove(
  { alerting, incidents }: AlertPorts,
  { desks }: SweepRun,
  group: string,
  decide: (desk: Desk) => FleetMove,
): Promise<FleetMove> {
  return retryOnConflict(`the desk of group ${group}`, async () => {
    const move = decide(deskOf(desks, group));
    if (!move.desk) return move;
    const saved = await alerting.saveDesk(move.desk);
    desks.set(group, saved ?? (await alerting.desk(group)));
    if (!saved) return undefined;
    for (const incident of move.incidents) await incidents.save(incident);
    return move;
  });
}

/**
 * Reminds people of incidents that have been open for long without an answer. Hosts are returned in the form to store;
 * desks are stored at once.
 */
async function detectForgotten(
  ports: AlertPorts,
  { overview, desks, settings, now, attempts }: SweepRun,
  changed: ReadonlyMap<string, HostState>,
): Promise<readonly HostState[]> {
  const isDue = (incident: Incident) => isReminderDue(incident, settings, now);
  const hosts = [...overview.groups.values()]
    .flatMap(({ troubled }) => troubled)
    .filter(({ host, incident }) => !changed.has(host) && incident && isDue(incident));
  const found: HostState[] = [];
  await inParallel(AT_ONCE, hosts, async (state) => {
    const { incident } = state;
    if (!incident) return;
    const stored = await attempts.run(async () => ({
      incident: await ports.incidents.get(state.host, incident.opened),
    }));
    if (stored) found.push({ ...state, ...reminded(incident, state.pending, stored.incident) });
  });
  const all = [...overview.groups.values()].flatMap(({ troubled }) => troubled);
  for (const desk of [...desks.values()])
    for (const incident of openOf(desk).filter(isDue)) {
      const members = all.filter((state) => state.incident?.fleet === incident.id);
      await attempts.run(() => remindOfFleet(ports, desks, desk.group, asNow(incident, members)));
    }
  return found;
}

async function remindOfFleet(
  { alerting, incidents }: AlertPorts,
  desks: Map<string, Desk>,
  group: string,
  incident: FleetIncident,
): Promise<void> {
  const desk = deskOf(desks, group);
  const stored = await incidents.get(fleetSubject(group), incident.opened);
  const next = reminded(incident, desk.pending, stored);
  const saved = await alerting.saveDesk({ ...withFleet(desk, next.incident), pending: next.pending });
  if (!saved) return;
  desks.set(group, saved);
  await incidents.save(next.incident);
}

/**
 * Stores the states first, on condition that no other process wrote them since they were read. A lost race means that
 * the host has sent again. Then neither a silence that did not happen nor an end of its trouble may be stored. After a
 * crash the pending notice stores the end. Returns which hosts were saved.
 */
async function saveAll(
  { hosts, incidents }: AlertPorts,
  states: readonly HostState[],
  ends: ReadonlyMap<string, HostIncident>,
  attempts: Attempts,
): Promise<ReadonlySet<string>> {
  const saved = new Set<string>();
  await inParallel(AT_ONCE, states, async (state) => {
    await attempts.run(async () => {
      if (!(await hosts.save(state))) return;
      saved.add(state.host);
      const ended = ends.get(state.host);
      if (ended) await incidents.save(ended);
      if (state.incident) await incidents.save(state.incident);
    });
  });
  return saved;
}

function deskOf(desks: ReadonlyMap<string, Desk>, group: string): Desk {
  return desks.get(group) ?? newDesk(group);
}
