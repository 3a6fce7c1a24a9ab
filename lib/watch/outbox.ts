import type { Notice } from "./incident.ts";
import type { HostStore, IncidentStore, NoticePublisher } from "./ports.ts";
import { type HostState, noticeOwed, type UnsentNotice } from "./state.ts";

export interface OutboxPorts {
  readonly hosts: Pick<HostStore, "load" | "save">;
  readonly incidents: Pick<IncidentStore, "get">;
  readonly publisher: NoticePublisher;
}

/** A lost race while marking notices as sent is read again this often. */
const MARKS_MAX = 5;

/**
 * Publishes the notices that a stored state still owes, oldest first, and takes them off it. Throws when publishing
 * fails: what was not sent stays owed. A crash in between sends twice, under the same incident id and revision.
 */
export async function publishUnsent(
  ports: OutboxPorts,
  state: HostState,
  fresh: readonly Notice[],
): Promise<HostState> {
  const sent: UnsentNotice[] = [];
  try {
    for (const unsent of state.unsent) {
      const notice = fresh.find(({ kind, incident }) => kind === unsent.kind && incident.id === unsent.id);
      await ports.publisher.publish(notice ?? (await noticeOf(ports, state.host, unsent)));
      sent.push(unsent);
    }
  } catch (error) {
    if (sent.length > 0) await markSent(ports.hosts, state, sent);
    throw error;
  }
  return markSent(ports.hosts, state, sent);
}

async function noticeOf({ incidents }: OutboxPorts, host: string, unsent: UnsentNotice): Promise<Notice> {
  const incident = await incidents.get(host, unsent.opened);
  if (!incident) throw new Error(`incident ${unsent.id} of ${host} is owed a notice but not stored`);
  return noticeOwed(unsent, incident);
}

async function markSent(
  hosts: OutboxPorts["hosts"],
  state: HostState,
  sent: readonly UnsentNotice[],
): Promise<HostState> {
  const isSent = (notice: UnsentNotice) => sent.some(({ kind, id }) => kind === notice.kind && id === notice.id);
  let current = state;
  for (let attempt = 1; attempt <= MARKS_MAX; attempt++) {
    const saved = await hosts.save({ ...current, unsent: current.unsent.filter((notice) => !isSent(notice)) });
    if (saved) return saved;
    const stored = (await hosts.load([state.host])).get(state.host);
    if (!stored) throw new Error(`the state of ${state.host} has gone while its notices were sent`);
    current = stored;
  }
  throw new Error(`lost ${MARKS_MAX} races for the state of ${state.host} after its notices were sent`);
}
