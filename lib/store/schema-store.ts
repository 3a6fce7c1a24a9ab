import { retryOnConflict } from "../retry.ts";
import { type Clock, DAY_MS } from "../time.ts";
import type { SchemaStore } from "../watch/ports.ts";
import { isSameList } from "../wire/schemas.ts";
import { itemOfSchema, schemaKey, schemaOfItem, storedSchemaOfItem } from "./baseline-item.ts";
import { createItemReader, type OnUnreadable } from "./item-reader.ts";
import type { ItemTable } from "./item-table.ts";

/** History needs the names for 30 days after their last use, which a scorer tells the store once a day. */
const KEPT_MS = 60 * DAY_MS;
const RENEWED_MS = 45 * DAY_MS;

/** Lists of metric names by their id; they lie beside the baselines. */
export function createSchemaStore(table: ItemTable, onUnreadable: OnUnreadable, clock: Clock): SchemaStore {
  const { values, one } = createItemReader(table, onUnreadable);
  const secondsIn = (ms: number) => Math.floor((clock() + ms) / 1000);
  return {
    async names(ids) {
      return values(await table.get(ids.map(schemaKey), { consistent: true }), schemaOfItem);
    },

    async remember(schema) {
      return retryOnConflict(`the names of schema ${schema.id}`, async () => {
        const item = itemOfSchema(schema, secondsIn(KEPT_MS));
        if (await table.put(item, { attribute: "owner", is: "absent" })) return "created";
        const stored = await one(schemaKey(schema.id), storedSchemaOfItem);
        if (!stored) return undefined;
        if (!isSameList(stored.schema.names, schema.names)) return "taken";
        if (stored.expires < secondsIn(RENEWED_MS)) await table.put(item);
        return "known";
      });
    },
  };
}
