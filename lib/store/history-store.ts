import type { Clock } from "../time.ts";
import { HISTORY_DAYS, type HistoryStore, type SchemaStore } from "../watch/ports.ts";
import type { Schema } from "../wire/samples.ts";
import { keyOf } from "./attributes.ts";
import { accepted } from "./formats.ts";
import { chunkReader, headOfItem, itemsOfChunk } from "./history-item.ts";
import { type ItemTable, wholeNumbers } from "./item-table.ts";

/** Chunks of samples for refits; `schemas` has the names of their metrics. */
export function createHistoryStore(table: ItemTable, schemas: SchemaStore, clock: Clock): HistoryStore {
  const nowSeconds = () => Math.floor(clock() / 1000);
  return {
    async keep(chunk) {
      for (const item of itemsOfChunk(chunk, nowSeconds() + HISTORY_DAYS * 86_400)) {
        // A condition that fails means that the chunk is already stored.
        await table.put(item, { attribute: "host", is: "absent" });
      }
    },

    async *read(host, from, to) {
      const between = wholeNumbers(from, to);
      if (!between) return;
      const known = new Map<string, Schema>();
      for await (const item of table.query({ partition: host, between })) {
        const { schema: id, expires } = accepted(headOfItem(item));
        if (expires <= nowSeconds()) continue;
        const schema = known.get(id) ?? (await schemas.names([id]))[0];
        if (!schema) {
          const problem = `no names are stored for schema ${id}; delete this item or send the names again`;
          throw new Error(`table history, item with ${keyOf({ table: "history", item })}: ${problem}`);
        }
        known.set(id, schema);
        yield accepted(chunkReader(schema)(item));
      }
    },
  };
}
