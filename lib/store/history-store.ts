import type { Clock } from "../time.ts";
import { HISTORY_DAYS, type HistoryStore, type SchemaStore } from "../watch/ports.ts";
import type { Schema } from "../wire/samples.ts";
import { accepted } from "./formats.ts";
import { chunkReader, headOfItem, itemsOfChunk } from "./history-item.ts";
import { type Item, type ItemTable, wholeNumbers } from "./item-table.ts";

/** Schemas remembered as stored. No fleet has more, and storing one again does no harm. */
const REMEMBERED_MAX = 1_000;

/** Chunks of samples for refits. */
export function createHistoryStore(table: ItemTable, schemas: SchemaStore, clock: Clock): HistoryStore {
  const nowSeconds = () => Math.floor(clock() / 1000);
  const remembered = new Set<string>();
  return {
    async keep(chunk) {
      if (!remembered.has(chunk.schema.id)) {
        await schemas.remember(chunk.schema);
        if (remembered.size >= REMEMBERED_MAX) remembered.clear();
        remembered.add(chunk.schema.id);
      }
      for (const item of itemsOfChunk(chunk, nowSeconds() + HISTORY_DAYS * 86_400)) {
        // A condition that fails means that the chunk is already stored.
        await table.put(item, { attribute: "host", is: "absent" });
      }
    },

    async *read(host, from, to) {
      const between = wholeNumbers(from, to);
      if (!between) return;
      const schemaOf = schemaFinder(schemas);
      for await (const item of table.query({ partition: host, between })) {
        const { schema, expires } = accepted(headOfItem(item));
        if (expires > nowSeconds()) yield accepted(chunkReader(await schemaOf(schema, item))(item));
      }
    },
  };
}

/** Looks up the names of each schema once. */
function schemaFinder(schemas: SchemaStore): (id: string, item: Item) => Promise<Schema> {
  const known = new Map<string, Schema>();
  return async (id, { host, time }) => {
    const schema = known.get(id) ?? (await schemas.names([id]))[0];
    if (!schema) {
      const problem = `no names are stored for schema ${id}; delete this item or send the names again`;
      throw new Error(`table history, item with host ${host?.S}, time ${time?.N}: ${problem}`);
    }
    known.set(id, schema);
    return schema;
  };
}
