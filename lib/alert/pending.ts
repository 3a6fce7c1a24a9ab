import { fleetSubject } from "../incident/incident.ts";
import { type Notice, noticeAbout } from "../incident/notice.ts";
import { retryOnConflict } from "../retry.ts";
import type { HostState, PendingNotice } from "../watch/state.ts";
import type { Desk } from "./desk.ts";
import type { AlertPorts } from "./ports.ts";

/** Where notices are pending: a host's state, or the desk of a group for its fleet incidents. */
export type PendingSource = HostState | Desk;

/** A notice that is no longer pending, and what its incident remembers of it. */
export interface RemovedNotice extends PendingNotice {
  readonly marks?: { readonly texted?: true; readonly fleet?: string };
}

type PendingPorts = Pick<AlertPorts, "hosts" | "incidents" | "alerting">;

/** The notice as removed after it was sent, by SMS as well if `texted`. */
export function sentOf(notice: PendingNotice, texted: boolean): RemovedNotice {
  return texted && notice.kind !== "resolved" ? { ...notice, marks: { texted } } : notice;
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
    const open = current.incident?.id;
    for (const one of removed) if (one.id !== open) await markStored(ports, subject, one);
    const saved =
      "host" in current
        ? await ports.hosts.save(without(current, removed))
        : await ports.alerting.saveDesk(without(current, removed));
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
  const incident = await ports.incidents.get(subject, pending.opened);
  if (!incident) throw new Error(`incident ${pending.id} of ${subject} has a pending notice but is not stored`);
  return noticeAbout(pending.kind, { ...incident, revision: pending.revision });
}

async function load({ hosts, alerting }: PendingPorts, source: PendingSource): Promise<PendingSource | undefined> {
  return "host" in source ? (await hosts.load([source.host])).get(source.host) : alerting.desk(source.group);
}

function without<T extends PendingSource>(source: T, removed: readonly RemovedNotice[]): T {
  const { incident } = source;
  const pending = source.pending.filter(({ kind, id }) => !removed.some((one) => one.kind === kind && one.id === id));
  const marks = removed.filter(({ id }) => id === incident?.id).map((one) => one.marks ?? {});
  return { ...source, pending, ...(incident ? { incident: Object.assign({}, incident, ...marks) } : {}) };
}

/** Only the incidents table has an incident that has ended. */
async function markStored({ incidents }: PendingPorts, subject: string, { opened, marks }: RemovedNotice) {
  if (!marks) return;
  const stored = await incidents.get(subject, opened);
  if (stored) await incidents.save({ ...stored, ...marks });
}
