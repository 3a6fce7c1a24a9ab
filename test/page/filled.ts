import { startPage } from "../../lib/page/server.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { aState, NOON } from "../contract/examples.ts";

/** The page over stores in memory that the test fills itself. Its time stands still unless the test lets some pass. */
export async function openFilled() {
  let now = NOON;
  const clock = () => now;
  const stores = createMemoryStores(clock);
  const page = await startPage({ port: 0, stores, clock, everyMs: 50, by: "ann", log: () => {} });
  return {
    page,
    stores,
    pass(ms: number): void {
      now += ms;
    },
    /** Stores this state of a host in place of the one before. */
    async put(host: string, fields: Partial<HostState> = {}): Promise<void> {
      const known = (await stores.hosts.load([host])).get(host);
      const about = { newest: now, arrived: now, revision: known?.revision ?? 0 };
      if (!(await stores.hosts.save(aState(host, { ...about, ...fields }))))
        throw new Error(`the state of ${host} was not saved`);
    },
  };
}
