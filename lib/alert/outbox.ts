import { fleetSubject, type Incident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { retryOnConflict } from "../retry.ts";
import type { HostStore, IncidentStore } from "../watch/ports.ts";
import type { HostState, PendingNotice } from "../watch/state.ts";
import type { Desk } from "./desk.ts";
import type { AlertingStore } from "./ports.ts";

/** What owes notices: a host's state, or the desk of a group about its fleet's incidents. */
export interface Owing {
  /** The open incident. */
  readonly incident?: Incident;
  /** Oldest first. */
  readonly pending: readonly PendingNotice[];
}

/** A stored thing that owes notices, and how it is read and written. */
export interface Debtor<T extends Owing> {
  /** Under which the incidents table has its incidents. */
  readonly host: string;
  load(): Promise<T | undefined>;
  /** Undefined when another writer was faster. */
  save(value: T): Promise<T | undefined>;
}

export function hostDebtor(hosts: Pick<HostStore, "load" | "save">, host: string): Debtor<HostState> {
  return { host, load: async () => (await hosts.load([host])).get(host), save: (state) => hosts.save(state) };
}

export function deskDebtor(alerting: Pick<AlertingStore, "desk" | "saveDesk">, group: string): Debtor<Desk> {
  return { host: fleetSubject(group), load: () => alerting.desk(group), save: (desk) => alerting.saveDesk(desk) };
}

/** A notice that is no longer owed, and what the incident is to remember of it. */
export interface Settled extends Pick<PendingNotice, "kind" | "id" | "opened"> {
  readonly marks?: { readonly texted?: true; readonly fleet?: string };
}

/**
 * Takes notices off what owes them. A crash between publishing and this sends twice, under the same incident id and
 * revision.
 */
export async function takeOff<T extends Owing>(
  debtor: Debtor<T>,
  incidents: Pick<IncidentStore, "get" | "save">,
  value: T,
  settled: readonly Settled[],
): Promise<T> {
  if (settled.length === 0) return value;
  let current = value;
  return retryOnConflict(`${debtor.host} after its notices were sent`, async () => {
    const { incident } = current;
    for (const one of settled) if (one.id !== incident?.id) await markStored(debtor.host, incidents, one);
    const pending = current.pending.filter((notice) => !settled.some((one) => isSame(one, notice)));
    const saved = await debtor.save({
      ...current,
      pending,
      ...(incident ? { incident: marked(incident, settled) } : {}),
    });
    if (saved) return saved;
    const stored = await debtor.load();
    if (!stored) throw new Error(`${debtor.host} has gone while its notices were sent`);
    current = stored;
    return undefined;
  });
}

/**
 * The pending notice with the incident in its latest form, but under the revision that was decided: so people can recognise
 * a notice that was sent twice.
 */
export async function noticeOf(
  incidents: Pick<IncidentStore, "get">,
  host: string,
  pending: PendingNotice,
): Promise<Notice> {
  const incident = await incidents.get(host, pending.opened);
  if (!incident) throw new Error(`incident ${pending.id} of ${host} is owed a notice but not stored`);
  return { kind: pending.kind, incident: { ...incident, revision: pending.revision } };
}

function marked<T extends Incident>(incident: T, settled: readonly Settled[]): T {
  const marks = settled.filter(({ id }) => id === incident.id).map((one) => one.marks ?? {});
  return Object.assign({}, incident, ...marks);
}

/** The incident is over: only the table has it. */
async function markStored(
  host: string,
  incidents: Pick<IncidentStore, "get" | "save">,
  { opened, marks }: Settled,
): Promise<void> {
  if (!marks) return;
  const stored = await incidents.get(host, opened);
  if (stored) await incidents.save({ ...stored, ...marks });
}

function isSame(one: Pick<PendingNotice, "kind" | "id">, other: Pick<PendingNotice, "kind" | "id">): boolean {
  return one.kind === other.kind && one.id === other.id;
}
