import { fleetSubject } from "../incident/incident.ts";
import { retryOnConflict } from "../retry.ts";
import { afterIncident, endedBy } from "../watch/ending.ts";
import { inParallel } from "../watch/parallel.ts";
import type { HostStore, IncidentStore } from "../watch/ports.ts";
import { isSilent, silenceOf } from "../watch/silent.ts";
import { type HostState, pendingOf } from "../watch/state.ts";
import type { Attempts } from "./attempts.ts";
import { type Desk, newDesk } from "./desk.ts";
import { EVERYBODY, isOutage, moveEverybody } from "./everybody.ts";
import { attach, type FleetMove, moveFleet } from "./fleet.ts";
import type { GroupLook, Look } from "./look.ts";
import type { AlertingStore } from "./ports.ts";
import { isReminderDue, reminded } from "./reminder.ts";
import type { AlertSettings } from "./settings.ts";

export interface FindPorts {
  readonly hosts: Pick<HostStore, "save">;
  readonly incidents: Pick<IncidentStore, "get" | "save">;
  readonly alerting: Pick<AlertingStore, "desk" | "saveDesk">;
}

/** What a sweep goes by. */
export interface View {
  readonly look: Look;
  /** Since when silence would have been noticed, and when the sweep began; in milliseconds since the epoch. */
  readonly since: number;
  readonly now: number;
  readonly settings: AlertSettings;
  readonly isSilenced: (state: HostState) => boolean;
  /** By group, as they are stored; kept up to date. */
  readonly desks: Map<string, Desk>;
  /** When those fleets' incidents were over that this sweep has resolved, by id (ms since the epoch). */
  readonly ended: Map<string, number>;
  readonly attempts: Attempts;
}

export interface Found {
  /** Hosts found silent. */
  readonly silent: number;
}

/** Stores worked on at once, as by the scorer. */
const AT_ONCE = 32;

/** Finds what only a look at all hosts can: silences, fleets in trouble, and what people have forgotten. All of it is owed then. */
export async function find(ports: FindPorts, view: View): Promise<Found> {
  const silent = await findSilent(ports, view);
  const attached = await findFleets(ports, view, silent);
  const changed = new Map([...silent, ...attached].map((state) => [state.host, state]));
  for (const state of await findForgotten(ports, view, changed)) changed.set(state.host, state);
  const saved = await saveAll(ports, [...changed.values()], view.attempts);
  return { silent: silent.filter(({ host }) => saved.has(host)).length };
}

/**
 * Hosts that have fallen silent, as they are to be stored: when all have, as part of the one incident. In such an outage nobody
 * knows whether a host in trouble is silent, too, so it keeps its incident.
 */
async function findSilent(ports: FindPorts, view: View): Promise<readonly HostState[]> {
  const { look, since, now, desks, attempts } = view;
  const outage = isOutage(deskOf(desks, EVERYBODY), look, since, now);
  const quiet = look.quiet.filter((state) =>
    outage ? !state.incident && isSilent(state, now) : isSilent(state, look.latest),
  );
  const silent: HostState[] = [];
  await inParallel(AT_ONCE, quiet, async (state) => {
    const fleet = openFleetOf(state, desks);
    const ended = await attempts.run(() => endTrouble(ports, state));
    if (ended) silent.push(fallenSilent(ended, fleet, now));
  });
  const move = await attempts.run(() =>
    storeMove(ports, view, EVERYBODY, (desk) => moveEverybody(desk, look, silent, outage, now)),
  );
  // Without it nobody knows whether it is them or everybody: the next sweep sees them again.
  return move ? attachedOf(silent, move, desks, EVERYBODY) : [];
}

/** Of a host in trouble that is silent now nobody can say that it is normal again: that is over, and a silence follows. */
async function endTrouble({ incidents }: FindPorts, state: HostState): Promise<HostState> {
  if (!state.incident) return state;
  const over = endedBy("silent", state.incident, state.newest);
  await incidents.save(over);
  return afterIncident(state, over);
}

/** The open fleet's incident that the host's own is a part of. */
function openFleetOf({ group, incident }: HostState, desks: ReadonlyMap<string, Desk>): string | undefined {
  const fleet = incident?.fleet;
  return fleet !== undefined && desks.get(group)?.incident?.id === fleet ? fleet : undefined;
}

/**
 * The state goes first, see `saveAll`. What is owed has no `since`: no scorer is about to tell it. Nothing is owed where the host
 * stays part of a fleet's incident.
 */
function fallenSilent(state: HostState, fleet: string | undefined, now: number): HostState {
  const incident = silenceOf(state, now);
  if (fleet !== undefined) return { ...state, incident: { ...incident, fleet } };
  return { ...state, incident, pending: [...state.pending, pendingOf("opened", incident)] };
}

/** Hosts whose incidents become part of their group's, as they are to be stored. */
async function findFleets(ports: FindPorts, view: View, silent: readonly HostState[]): Promise<readonly HostState[]> {
  const { now, settings, isSilenced, desks, attempts } = view;
  const attached: HostState[] = [];
  await inParallel(AT_ONCE, [...groupsOf(view, silent)], async ([group, hosts]) => {
    if (group === EVERYBODY) return;
    const move = await attempts.run(() =>
      storeMove(ports, view, group, (desk) => moveFleet(desk, hosts, isSilenced, settings, now)),
    );
    if (move) attached.push(...attachedOf(move.attached, move, desks, group));
  });
  return attached;
}

/** The groups with those just found silent, and groups whose hosts have all gone while their incident is open. */
function groupsOf({ look, desks }: View, silent: readonly HostState[]): Map<string, GroupLook> {
  const troubled = new Map<string, HostState[]>();
  for (const state of silent) {
    const found = troubled.get(state.group) ?? [];
    troubled.set(state.group, found);
    found.push(state);
  }
  const groups = new Map<string, GroupLook>(
    [...desks.values()].filter(({ incident }) => incident).map(({ group }) => [group, { total: 0, troubled: [] }]),
  );
  const newlySilent = new Set(silent.map(({ host }) => host));
  for (const [group, found] of look.groups) {
    const others = found.troubled.filter(({ host }) => !newlySilent.has(host));
    groups.set(group, { ...found, troubled: [...others, ...(troubled.get(group) ?? [])] });
  }
  return groups;
}

function attachedOf(
  states: readonly HostState[],
  { attached }: FleetMove,
  desks: ReadonlyMap<string, Desk>,
  group: string,
): readonly HostState[] {
  const fleet = desks.get(group)?.incident?.id;
  const members = new Set(attached);
  return states.map((state) => (fleet !== undefined && members.has(state) ? attach(state, fleet) : state));
}

/** An end is stored before the desk forgets the incident; a beginning after it, as somebody else may have been faster. */
async function storeMove(
  { alerting, incidents }: FindPorts,
  { desks, ended }: View,
  group: string,
  decide: (desk: Desk) => FleetMove,
): Promise<FleetMove> {
  return retryOnConflict(`the desk of group ${group}`, async () => {
    const move = decide(deskOf(desks, group));
    if (!move.desk || !move.incident) return move;
    const { id, resolved } = move.incident;
    if (resolved !== undefined) await incidents.save(move.incident);
    const saved = await alerting.saveDesk(move.desk);
    desks.set(group, saved ?? (await alerting.desk(group)));
    if (!saved) return undefined;
    if (resolved === undefined) await incidents.save(move.incident);
    else ended.set(id, resolved);
    return move;
  });
}

/** What has been open for long without a word from people: hosts as they are to be stored; desks are stored at once. */
async function findForgotten(
  { alerting, incidents }: FindPorts,
  { look, desks, settings, now, attempts }: View,
  changed: ReadonlyMap<string, HostState>,
): Promise<readonly HostState[]> {
  const hosts = [...look.groups.values()]
    .flatMap(({ troubled }) => troubled)
    .filter((state) => !changed.has(state.host) && isReminderDue(state, settings, now));
  const found: HostState[] = [];
  await inParallel(AT_ONCE, hosts, async (state) => {
    const stored = await attempts.run(async () => ({
      incident: await incidents.get(state.host, state.incident?.opened ?? 0),
    }));
    if (stored) found.push(reminded(state, stored.incident));
  });
  for (const desk of [...desks.values()].filter((one) => isReminderDue(one, settings, now))) {
    await attempts.run(async () => {
      const stored = await incidents.get(fleetSubject(desk.group), desk.incident?.opened ?? 0);
      const saved = await alerting.saveDesk(reminded(desk, stored));
      if (saved) desks.set(saved.group, saved);
      if (saved?.incident) await incidents.save(saved.incident);
    });
  }
  return found;
}

/**
 * The state goes first, on condition that nobody wrote it since it was read: who loses that race has met the host sending
 * again, and the incident of a silence that was none must not be stored. Returns which hosts were saved.
 */
async function saveAll(
  { hosts, incidents }: FindPorts,
  states: readonly HostState[],
  attempts: Attempts,
): Promise<ReadonlySet<string>> {
  const saved = new Set<string>();
  await inParallel(AT_ONCE, states, async (state) => {
    await attempts.run(async () => {
      if (!(await hosts.save(state))) return;
      saved.add(state.host);
      if (state.incident) await incidents.save(state.incident);
    });
  });
  return saved;
}

function deskOf(desks: ReadonlyMap<string, Desk>, group: string): Desk {
  return desks.get(group) ?? newDesk(group);
}
