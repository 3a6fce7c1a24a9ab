import { partOf, wasTold } from "../incident/incident.ts";
import { isOpening, type Notice } from "../incident/notice.ts";
import { MINUTE_MS } from "../time.ts";
import type { HostStore, IncidentStore } from "../watch/ports.ts";
import type { HostState, PendingNotice } from "../watch/state.ts";
import { type FullUntil, messagesOf, take } from "./allowance.ts";
import { hostDebtor, noticeOf, type Settled, takeOff } from "./outbox.ts";
import type { AlertingStore } from "./ports.ts";
import type { AlertSettings } from "./settings.ts";
import type { Silence } from "./silence.ts";
import { activeSilence } from "./silences.ts";
import { type TellPorts, tell } from "./tell.ts";

export interface DispatchPorts extends TellPorts {
  readonly hosts: Pick<HostStore, "load" | "save">;
  readonly incidents: Pick<IncidentStore, "get" | "save">;
  readonly alerting: Pick<AlertingStore, "silences" | "desk" | "saveDesk" | "allowance" | "saveAllowance">;
}

/** What a scorer's process knows without asking, so that 10,000 hosts at once do not all ask; it can be lost without harm. */
export interface DispatchMemory {
  silences: { readonly all: readonly Silence[]; readonly until: number };
  /** Until when nobody of a group is told of by itself, in milliseconds since the epoch. */
  readonly groups: Map<string, number>;
  readonly fullUntil: FullUntil;
}

export interface Dispatching {
  readonly memory: DispatchMemory;
  readonly settings: AlertSettings;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Whether everything is told at once and by itself: where time passes in leaps and no sweep follows. */
  readonly tellsAll?: boolean;
}

export function newDispatchMemory(): DispatchMemory {
  return { silences: { all: [], until: 0 }, groups: new Map(), fullUntil: new Map() };
}

/** A scorer tells what it decided at once or not at all; what is older is the sweep's alone, so that no two tell the same. */
const FRESH_FOR_MS = 10_000;
/** One host of a group is told of by itself; if more follow within so long, the sweep sees whether it is the whole group. */
const SPOKE_FOR_MS = MINUTE_MS;
/** A fleet's incident may end, and a desk that somebody else has just written may be free. */
const ASK_AGAIN_MS = 10_000;
/** A silence that was added a moment ago may come too late for what is decided in the same moment. */
const SILENCES_FOR_MS = 10_000;
const GROUPS_MAX = 10_000;

/**
 * Publishes what a stored state owes, oldest first, as long as it may go at once and by itself, and takes it off the state;
 * the rest is the sweep's. `fresh` are those notices that were decided just now. Throws when publishing fails: what was
 * not sent stays owed.
 */
export async function dispatch(
  ports: DispatchPorts,
  dispatching: Dispatching,
  state: HostState,
  fresh: readonly Notice[],
): Promise<HostState> {
  const sent: Settled[] = [];
  const { memory, tellsAll, ...rest } = dispatching;
  const telling = { ...rest, fullUntil: memory.fullUntil };
  const settle = () => takeOff(hostDebtor(ports.hosts, state.host), ports.incidents, state, sent);
  try {
    for (const pending of state.pending) {
      if (!tellsAll && (await mustWait(ports, dispatching, state, pending))) break;
      const notice = withMarks(await findNotice(ports, state, pending, fresh), sent);
      if (!tellsAll && !(await mayGo(ports, dispatching, notice))) break;
      const { kind, id, opened } = pending;
      const texted = await tell(ports, telling, notice);
      sent.push({ kind, id, opened, ...(texted && kind !== "resolved" ? { marks: { texted } } : {}) });
    }
  } catch (error) {
    await settle();
    throw error;
  }
  return settle();
}

/** Old or silenced; but that an incident is over is told even in a silence to those who were told that it began. */
async function mustWait(
  { alerting }: DispatchPorts,
  { memory, clock }: Dispatching,
  { host, group, pending }: HostState,
  { kind, id, since }: PendingNotice,
): Promise<boolean> {
  if (since === undefined || clock() - since > FRESH_FOR_MS) return true;
  if (kind === "resolved" && !pending.some((notice) => isOpening(notice.kind) && notice.id === id)) return false;
  const now = clock();
  if (now >= memory.silences.until) memory.silences = { all: await alerting.silences(), until: now + SILENCES_FOR_MS };
  return activeSilence(memory.silences.all, { host, group }, now) !== undefined;
}

async function findNotice(
  { incidents }: DispatchPorts,
  { host }: HostState,
  pending: PendingNotice,
  fresh: readonly Notice[],
): Promise<Notice> {
  const found = fresh.find(({ kind, incident }) => kind === pending.kind && incident.id === pending.id);
  return found ?? noticeOf(incidents, host, pending);
}

/** What the same run texted is not stored yet. */
function withMarks({ kind, incident }: Notice, sent: readonly Settled[]): Notice {
  const marks = sent.findLast(({ id, marks }) => id === incident.id && marks)?.marks;
  return { kind, incident: { ...incident, ...marks } };
}

async function mayGo(ports: DispatchPorts, dispatching: Dispatching, { kind, incident }: Notice): Promise<boolean> {
  const { memory, settings, clock } = dispatching;
  if (partOf(incident) !== undefined && !(wasTold(incident) && kind === "resolved")) return false;
  if (isOpening(kind) && !(await speaksFor(incident.group, ports, dispatching))) return false;
  return take(ports.alerting, messagesOf(settings), memory.fullUntil, clock);
}

/** Whether this host is the one of its group that is told of by itself. */
async function speaksFor(
  group: string,
  { alerting }: DispatchPorts,
  { memory: { groups }, clock }: Dispatching,
): Promise<boolean> {
  const now = Math.round(clock());
  if (now < (groups.get(group) ?? Number.NEGATIVE_INFINITY)) return false;
  if (groups.size >= GROUPS_MAX) groups.clear();
  const desk = await alerting.desk(group);
  const free = desk.incident ? now + ASK_AGAIN_MS : desk.spoke + SPOKE_FOR_MS;
  if (now < free) {
    groups.set(group, free);
    return false;
  }
  const isOurs = (await alerting.saveDesk({ ...desk, spoke: now })) !== undefined;
  groups.set(group, now + (isOurs ? SPOKE_FOR_MS : ASK_AGAIN_MS));
  return isOurs;
}
