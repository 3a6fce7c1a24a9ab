import type { Clock } from "../time.ts";
import { HISTORY_DAYS, type HistoryStore, type SchemaStore } from "../watch/ports.ts";
import type { Schema } from "../wire/samples.ts";
import { chunkReader, headOfItem, historyKey, itemsOfChunk } from "./history-item.ts";
import { createItemReader, type OnUnreadable } from "./item-reader.ts";
import { getOne, type ItemTable, wholeNumbers } from "./item-table.ts";

/** Chunks of samples for refits; `schemas` has the names of their metrics. */
export function createHistoryStore(
  table: ItemTable,
  onUnreadable: OnUnreadable,
  schemas: SchemaStore,
  clock: Clock,
): HistoryStore {
  const { values } = createItemReader(table, onUnreadable);
  const nowSeconds = () => Math.floor(clock() / 1000);
  return {
    async keep(chunk) {
      const [first, ...others] = itemsOfChunk(chunk, nowSeconds() + HISTORY_DAYS * 86_400);
      if (!first) return;
      // The first goes last: once it is there the chunk is whole, and a copy that was cut elsewhere must not add to it.
      if (others.length > 0 && (await getOne(table, historyKey(chunk.host, chunk.times[0] ?? 0)))) return;
      // A condition that fails means that the item is already stored.
      for (const item of [...others, first]) await table.put(item, { attribute: "host", is: "absent" });
    },

    async *read(host, from, to) {
      const between = wholeNumbers(from, to);
      if (!between) return;
      const known = new Map<string, Schema>();
      for await (const item of table.query({ partition: host, between })) {
        const [head] = await values([item], headOfItem);
        if (!head || head.expires <= nowSeconds()) continue;
        const schema = known.get(head.schema) ?? (await schemas.names([head.schema]))[0];
        // Damaged names were set aside. They come back with the next record that spells them.
        if (!schema) continue;
        known.set(schema.id, schema);
        yield* await values([item], chunkReader(schema));
      }
    },
  };
}
