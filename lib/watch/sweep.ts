import { type OutboxPorts, publishUnsent } from "./outbox.ts";
import type { HostStore, IncidentStore } from "./ports.ts";
import { retire } from "./retire.ts";
import { isForgotten, isSilent, silenceOf } from "./silent.ts";
import { type HostState, owed } from "./state.ts";

export interface SweepPorts extends OutboxPorts {
  readonly hosts: HostStore;
  readonly incidents: Pick<IncidentStore, "get" | "save">;
}

export interface Swept {
  /** Notices that were owed for a while. */
  readonly published: number;
  /** Hosts found silent. */
  readonly silent: number;
  /** Silent hosts that were not announced yet, because others were within the hour. */
  readonly heldBack: number;
}

/** A scorer publishes within seconds of saving; younger debts are still its own. */
const OWED_FOR_MS = 60_000;

/** Silent hosts announced within an hour: of more, the first say what there is to say. */
const ANNOUNCED_MAX = 20;
const HOUR_MS = 3_600_000;

/**
 * Publishes notices that a scorer decided but could not send, then looks for hosts that have fallen silent. Tries every
 * host, then throws if any failed.
 */
export async function sweep(ports: SweepPorts, now: number): Promise<Swept> {
  const failures: unknown[] = [];
  const trying = async (work: () => Promise<number>): Promise<number> => {
    try {
      return await work();
    } catch (error) {
      failures.push(error);
      return 0;
    }
  };
  const owing = await ports.hosts.load(await ports.hosts.unsent());
  let published = 0;
  for (const state of owing.values()) {
    if (state.arrived <= now - OWED_FOR_MS) published += await trying(() => publishOwed(ports, state));
  }
  const { news, heldBack, forgotten } = await lookAround(ports.hosts, now);
  let silent = 0;
  for (const state of news) silent += await trying(() => announceSilence(ports, state, now));
  for (const state of forgotten) await trying(async () => ((await retire(ports, state, now)) ? 1 : 0));
  if (failures.length > 0) throw new AggregateError(failures, `notices of ${failures.length} hosts could not be sent`);
  return { published, silent, heldBack };
}

async function publishOwed(ports: SweepPorts, state: HostState): Promise<number> {
  // Saved after its state, it may not be stored: see announceSilence.
  if (state.incident?.kind === "silent") await ports.incidents.save(state.incident);
  await publishUnsent(ports, state, []);
  return state.unsent.length;
}

async function lookAround(hosts: HostStore, now: number) {
  const quiet: HostState[] = [];
  const forgotten: HostState[] = [];
  let latest = 0;
  let announced = 0;
  for await (const state of hosts.all()) {
    latest = Math.max(latest, state.arrived);
    if (state.incident?.kind === "silent" && state.incident.lastAnomaly > now - HOUR_MS) announced++;
    if (isForgotten(state, now)) forgotten.push(state);
    else if (isSilent(state, now)) quiet.push(state);
  }
  const silent = quiet.filter((state) => isSilent(state, latest)).sort((a, b) => a.arrived - b.arrived);
  const news = silent.slice(0, Math.max(ANNOUNCED_MAX - announced, 0));
  return { news, heldBack: silent.length - news.length, forgotten };
}

/**
 * The state goes first, on condition that nobody wrote it since it was read: who loses that race has met the host sending
 * again, and the incident of a silence that was none must not be stored. After a crash in between `publishOwed` stores it.
 */
async function announceSilence(ports: SweepPorts, state: HostState, now: number): Promise<number> {
  const incident = silenceOf(state, now);
  const unsent = [...state.unsent, owed("opened", incident)];
  const saved = await ports.hosts.save({ ...state, incident, unsent });
  if (!saved) return 0;
  await ports.incidents.save(incident);
  await publishUnsent(ports, saved, [{ kind: "opened", incident }]);
  return 1;
}
