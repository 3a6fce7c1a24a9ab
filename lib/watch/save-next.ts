import { retryOnConflict } from "../retry.ts";
import type { HostStore } from "./ports.ts";
import { type HostState, newHost } from "./state.ts";

/**
 * Saves the state that follows the stored one. After a lost race it follows the other writer's, and where `follow`
 * returns nothing, the state as stored now.
 */
export async function saveNext<T extends { readonly state: HostState }>(
  hosts: Pick<HostStore, "load" | "save">,
  stored: HostState,
  follow: (state: HostState) => Promise<T | undefined>,
): Promise<T> {
  let state = stored;
  return retryOnConflict(`the state of ${state.host}`, async () => {
    const next = await follow(state);
    const saved = next && (await hosts.save(next.state));
    if (saved) return { ...next, state: saved };
    state = (await hosts.load([state.host])).get(state.host) ?? newHost(state.host, state.group);
    return undefined;
  });
}
