import type { HostStore } from "../watch/ports.ts";
import { readText, text } from "./attributes.ts";
import { accepted } from "./formats.ts";
import { hostOfItem, itemOfHost, UNSENT } from "./host-item.ts";
import { collect, type ItemTable, unchanged } from "./item-table.ts";

/** The states of the hosts, one item each. */
export function createHostStore(table: ItemTable): HostStore {
  return {
    async load(hosts) {
      // A stale state would lose the race for the next revision and waste a fold and a write.
      const keys = hosts.map((host) => ({ host: text(host) }));
      const items = await table.get(keys, { consistent: true });
      const states = items.map(hostOfItem).map(accepted);
      return new Map(states.map((state) => [state.host, state]));
    },

    async save(state) {
      const next = { ...state, revision: state.revision + 1 };
      return (await table.put(itemOfHost(next), unchanged("r", state.revision))) ? next : undefined;
    },

    async withPending() {
      const items = await collect(table.query({ index: "unsent", partition: UNSENT }));
      return items.map((item) => readText({ table: "hosts", item }, "host"));
    },

    async *all() {
      for await (const item of table.scan()) yield accepted(hostOfItem(item));
    },
  };
}
