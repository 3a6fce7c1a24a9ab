import { retryOnConflict } from "../retry.ts";
import { afterIncident, endedBy } from "./ending.ts";
import type { HostStore, IncidentStore } from "./ports.ts";
import type { HostState } from "./state.ts";

export interface RetirePorts {
  readonly hosts: Pick<HostStore, "load" | "save">;
  readonly incidents: Pick<IncidentStore, "save">;
}

/** Retires a host by name. Throws when no such host is stored. */
export async function retireHost(ports: RetirePorts, host: string, now: number): Promise<void> {
  await retryOnConflict(`the state of ${host}`, async () => {
    const state = await stored(ports, host);
    return state.retired ? state : retire(ports, state, now);
  });
}

/** Undoes the retirement of a host by name. Throws when no such host is stored. */
export async function reinstateHost(ports: Pick<RetirePorts, "hosts">, host: string): Promise<void> {
  await retryOnConflict(`the state of ${host}`, async () => {
    const state = await stored(ports, host);
    return state.retired ? ports.hosts.save({ ...state, retired: false }) : state;
  });
}

async function stored({ hosts }: Pick<RetirePorts, "hosts">, host: string): Promise<HostState> {
  const state = (await hosts.load([host])).get(host);
  if (!state) throw new Error(`no host ${host}: \`fleetwarden hosts\` lists the known hosts`);
  return state;
}

/**
 * Retires the host and ends its incident; the sweep sends the notice. Undefined when another writer was faster. Saves
 * the state first: a host that has sent meanwhile must keep its incident. After a crash the notice stores the end.
 */
export async function retire(ports: RetirePorts, state: HostState, now: number): Promise<HostState | undefined> {
  if (!state.incident) return ports.hosts.save({ ...state, retired: true });
  const over = endedBy("gone", state.incident, now);
  const saved = await ports.hosts.save({ ...afterIncident(state, over), retired: true });
  if (saved) await ports.incidents.save(over);
  return saved;
}
