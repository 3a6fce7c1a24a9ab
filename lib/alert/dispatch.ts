import { type HostIncident, partOf, severityOf, wasTold } from "../incident/incident.ts";
import { isOpening, type Notice } from "../incident/notice.ts";
import { MINUTE_MS } from "../time.ts";
import { type HostState, isUntold, type PendingNotice } from "../watch/state.ts";
import { mayWorsen } from "../watch/worsening.ts";
import { type FullUntil, messagesOf, take } from "./allowance.ts";
import { mayBeSpread } from "./beginnings.ts";
import { mayWait } from "./dependence.ts";
import { openOf } from "./desk.ts";
import { contains } from "./fleet.ts";
import { latencyOf } from "./latency.ts";
import { noticeOf, type RemovedNotice, removePending, sentOf } from "./pending.ts";
import type { AlertPorts } from "./ports.ts";
import { type QuietPattern, quietFor } from "./quiet.ts";
import { send } from "./send.ts";
import type { AlertSettings } from "./settings.ts";
import type { Silence } from "./silence.ts";
import { activeSilence } from "./silences.ts";

/** A scorer process's memory, so that 10,000 hosts at once do not all ask the store; it can be lost without harm. */
export interface DispatchMemory {
  silences: { readonly all: readonly Silence[]; readonly quiets: readonly QuietPattern[]; readonly until: number };
  /** Until when no host of a group is announced by itself (ms since the epoch). */
  readonly groups: Map<string, number>;
  readonly fullUntil: FullUntil;
}

export interface Dispatching {
  readonly memory: DispatchMemory;
  readonly settings: AlertSettings;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Hosts of the group whose incidents opened in the same batch of records. */
  readonly opening: number;
  /** Gets the latency of each incident's first message (latency.ts), in milliseconds. */
  readonly onFirst?: (latency: number) => void;
}

export function newDispatchMemory(): DispatchMemory {
  return { silences: { all: [], quiets: [], until: 0 }, groups: new Map(), fullUntil: new Map() };
}

/**
 * A scorer sends its notices at once or not at all; only the sweep sends older ones, so that no two processes send the
 * same.
 */
const FRESH_FOR_MS = 10_000;
/**
 * One host of a group is announced by itself; if more follow within this time, the sweep sees whether it is the whole
 * group.
 */
const SPOKE_FOR_MS = MINUTE_MS;
/** A desk that another process has just written may be free. */
const ASK_AGAIN_MS = 10_000;
/** A silence or label that was added a moment ago may be too late for a decision made at the same moment. */
const SILENCES_FOR_MS = 10_000;
const GROUPS_MAX = 10_000;

/**
 * Publishes the pending notices of a stored state, oldest first, and removes them. Stops at the first that may not go
 * at once and by itself; the sweep sends the rest. `fresh` are the notices decided just now. Throws when publishing
 * fails: notices not sent stay pending.
 */
export async function dispatch(
  ports: AlertPorts,
  dispatching: Dispatching,
  state: HostState,
  fresh: readonly Notice[],
): Promise<HostState> {
  const sent: RemovedNotice[] = [];
  const { memory, settings, clock, onFirst } = dispatching;
  const sending = { settings, clock, fullUntil: memory.fullUntil };
  try {
    for (const pending of state.pending) {
      if (await mustWait(ports, dispatching, state, pending)) break;
      const notice = withMarks(await findNotice(ports, state, pending, fresh), sent);
      if (!(await mayGo(ports, dispatching, notice))) break;
      const texted = await send(ports, sending, notice, [notice]);
      const at = clock();
      sent.push(sentOf(pending, { at, texted }));
      if (isOpening(pending.kind)) onFirst?.(latencyOf(pending.opened, at));
    }
  } catch (error) {
    await removePending(ports, state, sent);
    throw error;
  }
  return removePending(ports, state, sent);
}

/**
 * Old or silenced, or a warning that may be critical a moment later; but the end of an announced incident goes even in
 * a silence.
 */
async function mustWait(
  { alerting }: AlertPorts,
  { memory, clock }: Dispatching,
  state: HostState,
  { kind, id, since }: PendingNotice,
): Promise<boolean> {
  const { host, group, pending, incident } = state;
  if (since === undefined || clock() - since > FRESH_FOR_MS) return true;
  if (id === incident?.id && mayWorsen(state)) return true;
  if (kind === "resolved" && !isUntold(id, pending)) return false;
  const now = clock();
  // A clock that was ahead, and was set back, must not make the scorer ignore new silences.
  if (now >= memory.silences.until || memory.silences.until - now > SILENCES_FOR_MS) {
    const [all, quiets] = await Promise.all([alerting.silences(), alerting.quiets()]);
    memory.silences = { all, quiets, until: now + SILENCES_FOR_MS };
  }
  return activeSilence(memory.silences.all, { host, group }, now) !== undefined;
}

async function findNotice(
  ports: AlertPorts,
  { host, incident }: HostState,
  pending: PendingNotice,
  fresh: readonly Notice[],
): Promise<Notice> {
  const { kind, id, revision } = pending;
  const found = fresh.find((one) => one.kind === kind && one.incident.id === id && one.incident.revision === revision);
  // Only the stored notice has the trouble that joined since then, or knows that the incident is critical by now.
  const isCurrent =
    found &&
    kind !== "also" &&
    (!isOpening(kind) || (incident?.id === id && severityOf(incident) === severityOf(found.incident)));
  return isCurrent ? found : noticeOf(ports, host, pending);
}

/** A text sent by the same run is not stored yet. */
function withMarks(notice: Notice, sent: readonly RemovedNotice[]): Notice {
  const marks = sent.findLast(({ id, marks }) => id === notice.incident.id && marks)?.marks;
  return { ...notice, incident: { ...notice.incident, ...marks } };
}

async function mayGo(ports: AlertPorts, dispatching: Dispatching, { kind, incident }: Notice): Promise<boolean> {
  const { memory, settings, clock } = dispatching;
  if (partOf(incident) !== undefined && !(wasTold(incident) && kind === "resolved")) return false;
  if (kind !== "resolved" && quietFor(memory.silences.quiets, incident, clock())) return false;
  // Only the sweep knows whether a group that this one depends on is in trouble.
  if (isOpening(kind) && settings.dependsOn.has(incident.group) && mayWait(incident)) return false;
  if (isOpening(kind) && incident.kind !== "fleet" && !(await speaks(incident, ports, dispatching))) return false;
  return take(ports.alerting, messagesOf(settings), memory.fullUntil, clock);
}

/**
 * Whether this host is the one of its group that is announced by itself. Trouble that its group may have in common
 * waits for the sweep. Its signs: many hosts open incidents at once, an open fleet incident contains the trouble, or
 * other hosts had the same within the hour.
 */
async function speaks(
  incident: HostIncident,
  { alerting }: AlertPorts,
  { memory: { groups }, settings, clock, opening }: Dispatching,
): Promise<boolean> {
  if (opening >= settings.fleetHosts) return false;
  const { group } = incident;
  const now = Math.round(clock());
  if (now < (groups.get(group) ?? Number.NEGATIVE_INFINITY)) return false;
  if (groups.size >= GROUPS_MAX) groups.clear();
  const desk = await alerting.desk(group);
  const free = desk.spoke + SPOKE_FOR_MS;
  if (now < free) {
    groups.set(group, free);
    return false;
  }
  if (openOf(desk).some((fleet) => contains(fleet, incident, now)) || mayBeSpread(desk, incident, settings, now))
    return false;
  const isOurs = (await alerting.saveDesk({ ...desk, spoke: now })) !== undefined;
  groups.set(group, now + (isOurs ? SPOKE_FOR_MS : ASK_AGAIN_MS));
  return isOurs;
}
