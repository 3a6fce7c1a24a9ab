import { fleetSubject, type HostIncident, type Incident } from "../incident/incident.ts";
import { isOpening, type Notice, noticeAbout } from "../incident/notice.ts";
import { retryOnConflict } from "../retry.ts";
import { endedBy } from "../watch/ending.ts";
import type { HostState, PendingNotice } from "../watch/state.ts";
import type { Desk } from "./desk.ts";
import type { AlertPorts } from "./ports.ts";

/** Where notices are pending: a host's state, or the desk of a group for its fleet incidents. */
export type PendingSource = HostState | Desk;

/** A notice that is no longer pending, and the fields that its incident keeps of it. */
export interface RemovedNotice extends PendingNotice {
  readonly marks?: Pick<HostIncident, "texted" | "notified" | "held" | "fleet"> & { readonly quiet?: string };
}

type PendingPorts = Pick<AlertPorts, "hosts" | "incidents" | "alerting">;

/** How a notice was sent: when (ms since the epoch), whether phones got it, and whether a sweep sent it. */
interface Sent {
  readonly at: number;
  readonly texted?: boolean;
  readonly held?: true;
}

/** The notice as removed after it was sent. */
export function sentOf(notice: PendingNotice, { at, texted, held }: Sent): RemovedNotice {
  const { kind } = notice;
  const marks = {
    ...(texted && kind !== "resolved" ? { texted } : {}),
    ...(isOpening(kind) ? { notified: Math.round(at), ...(held ? { held } : {}) } : {}),
  };
  return Object.keys(marks).length > 0 ? { ...notice, marks } : notice;
}

/** The incident that the source has under this id: an open one, or a fleet's whose end is not sent yet. */
export function heldBy(source: PendingSource, id: string): Incident | undefined {
  if ("host" in source) return source.incident?.id === id ? source.incident : undefined;
  return source.incidents.find((incident) => incident.id === id);
}

/** The name under which the incidents table has the incidents of the source. */
export function subjectOfSource(source: PendingSource): string {
  return "host" in source ? source.host : fleetSubject(source.group);
}

/** Removes notices from their source. A crash before this sends them twice, under the same incident id and revision. */
export async function removePending(
  ports: PendingPorts,
  source: HostState,
  removed: readonly RemovedNotice[],
): Promise<HostState>;
export async function removePending(
  ports: PendingPorts,
  source: PendingSource,
  removed: readonly RemovedNotice[],
): Promise<PendingSource>;
export async function removePending(
  ports: PendingPorts,
  source: PendingSource,
  removed: readonly RemovedNotice[],
): Promise<PendingSource> {
  if (removed.length === 0) return source;
  const subject = subjectOfSource(source);
  let current = source;
  return retryOnConflict(`${subject} after its notices were sent`, async () => {
    for (const one of removed) await storeEnd(ports, current, one);
    const saved =
      "host" in current
        ? await ports.hosts.save(withoutOfHost(current, removed))
        : await ports.alerting.saveDesk(withoutOfDesk(current, removed));
    if (saved) return saved;
    const stored = await load(ports, current);
    if (!stored) throw new Error(`${subject} has gone while its notices were sent`);
    current = stored;
    return undefined;
  });
}

/**
 * The notice about the stored incident, under the revision that was decided: people recognise one that is sent twice.
 */
export async function noticeOf(ports: PendingPorts, subject: string, pending: PendingNotice): Promise<Notice> {
  const incident = await storedFor(ports, subject, pending);
  if (!incident) throw new Error(`incident ${pending.id} of ${subject} has a pending notice but is not stored`);
  return noticeAbout(pending.kind, { ...incident, revision: pending.revision });
}

/** The incident of a notice as it is stored, if it is; with its end if that is what the notice says. */
export async function storedFor(
  { incidents }: Pick<PendingPorts, "incidents">,
  subject: string,
  pending: PendingNotice,
): Promise<Incident | undefined> {
  const stored = await incidents.get(subject, pending.opened);
  return stored && asDecided(stored, pending);
}

/** The stored incident; ended, where a crash came after the host's state and before the end was stored. */
function asDecided(stored: Incident, { kind, revision }: PendingNotice): Incident {
  if (kind !== "resolved" || stored.resolved !== undefined || stored.kind === "fleet") return stored;
  const at = stored.kind === "anomaly" ? (stored.latest?.time ?? stored.lastAnomaly) : stored.opened;
  return { ...endedBy("silent", stored, at), revision };
}

async function load({ hosts, alerting }: PendingPorts, source: PendingSource): Promise<PendingSource | undefined> {
  return "host" in source ? (await hosts.load([source.host])).get(source.host) : alerting.desk(source.group);
}

function withoutOfHost(state: HostState, removed: readonly RemovedNotice[]): HostState {
  const { incident } = state;
  return {
    ...state,
    pending: othersThan(state.pending, removed),
    ...(incident ? { incident: marked(incident, removed) } : {}),
  };
}

/** A fleet's incident that has ended leaves the desk with its last notice. */
function withoutOfDesk(desk: Desk, removed: readonly RemovedNotice[]): Desk {
  const pending = othersThan(desk.pending, removed);
  const isHeld = ({ id, resolved }: Incident) => resolved === undefined || pending.some((one) => one.id === id);
  return { ...desk, pending, incidents: desk.incidents.map((one) => marked(one, removed)).filter(isHeld) };
}

function othersThan(pending: readonly PendingNotice[], removed: readonly RemovedNotice[]): readonly PendingNotice[] {
  const isSame = (a: PendingNotice, b: PendingNotice) =>
    a.kind === b.kind && a.id === b.id && a.revision === b.revision;
  return pending.filter((notice) => !removed.some((one) => isSame(one, notice)));
}

function marked<T extends Incident>(incident: T, removed: readonly RemovedNotice[]): T {
  const marks = removed.filter(({ id }) => id === incident.id).map((one) => one.marks ?? {});
  return Object.assign({}, incident, ...marks);
}

/** A desk keeps an incident's end until it was sent or dropped. A crash may have left it out of the table. */
async function storeEnd(ports: PendingPorts, source: PendingSource, removed: RemovedNotice): Promise<void> {
  const held = heldBy(source, removed.id);
  if (!held) await markStored(ports, subjectOfSource(source), removed);
  else if (held.resolved !== undefined) await ports.incidents.save(held);
}

/** Only the incidents table has an incident that has ended. */
async function markStored({ incidents }: PendingPorts, subject: string, removed: RemovedNotice) {
  const { opened, marks, kind } = removed;
  if (!marks && kind !== "resolved") return;
  const stored = await incidents.get(subject, opened);
  if (!stored) return;
  const decided = asDecided(stored, removed);
  if (marks || decided !== stored) await incidents.save({ ...decided, ...marks });
}
