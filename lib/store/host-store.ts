import { gather } from "../gather-all.ts";
import type { HostStore } from "../watch/ports.ts";
import { text } from "./attributes.ts";
import { hostOfItem, itemOfHost, UNSENT } from "./host-item.ts";
import { createItemReader, type OnUnreadable } from "./item-reader.ts";
import { type Item, type ItemTable, unchanged } from "./item-table.ts";

/** Unreadable items handled after a scan, at two or three calls each; the next scan finds the others. */
const UNREADABLE_MAX = 1_000;

/** The states of the hosts, one item each. */
export function createHostStore(table: ItemTable, onUnreadable: OnUnreadable): HostStore {
  const reader = createItemReader(table, onUnreadable);
  return {
    async load(hosts) {
      // A stale state would lose the race for the next revision and waste a fold and a write.
      const keys = hosts.map((host) => ({ host: text(host) }));
      const states = await reader.values(await table.get(keys, { consistent: true }), hostOfItem);
      return new Map(states.map((state) => [state.host, state]));
    },

    async save(state) {
      const next = { ...state, revision: state.revision + 1 };
      return (await table.put(itemOfHost(next), unchanged("r", state.revision))) ? next : undefined;
    },

    async withPending() {
      const items = await gather(table.query({ index: "unsent", partition: UNSENT }));
      return items.flatMap(({ host }) => host?.S ?? []);
    },

    async remove({ host, revision }) {
      await table.delete({ host: text(host) }, unchanged("r", revision));
    },

    async *all() {
      const unreadable: Item[] = [];
      for await (const item of table.scan()) {
        const reading = hostOfItem(item);
        if ("value" in reading) yield reading.value;
        else if (unreadable.length < UNREADABLE_MAX) unreadable.push(item);
      }
      await reader.values(unreadable, hostOfItem);
    },
  };
}
