import { afterIncident, endedBy } from "./ending.ts";
import type { HostStore, IncidentStore } from "./ports.ts";
import type { HostState } from "./state.ts";

export interface RetirePorts {
  readonly hosts: Pick<HostStore, "load" | "save">;
  readonly incidents: Pick<IncidentStore, "save">;
}

/** A lost race is read again this often. */
const SAVES_MAX = 5;

/** Retires a host by name, or takes that back. Throws when nobody has heard of it. */
export async function setRetired(ports: RetirePorts, host: string, retired: boolean, now: number): Promise<HostState> {
  for (let attempt = 1; attempt <= SAVES_MAX; attempt++) {
    const state = (await ports.hosts.load([host])).get(host);
    if (!state) throw new Error(`no host ${host}: \`fleetwarden hosts\` lists the hosts that were heard of`);
    if (state.retired === retired) return state;
    const saved = retired ? await retire(ports, state, now) : await ports.hosts.save({ ...state, retired });
    if (saved) return saved;
  }
  throw new Error(`lost ${SAVES_MAX} races for the state of ${host}: it is being scored`);
}

/**
 * Marks the host as retired and ends its incident, of which the sweep tells; undefined when another writer was faster.
 * The incident goes first: ended too early it is put right by the sample that came in between, left open it would stay so.
 */
export async function retire(ports: RetirePorts, state: HostState, now: number): Promise<HostState | undefined> {
  if (!state.incident) return ports.hosts.save({ ...state, retired: true });
  const over = endedBy("gone", state.incident, now);
  await ports.incidents.save(over);
  return ports.hosts.save({ ...afterIncident(state, over), retired: true });
}
