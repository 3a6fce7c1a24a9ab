import type { RowsStore } from "../learn/labelled-rows.ts";
import { inParallel } from "../watch/parallel.ts";
import { partsOf } from "./baseline-item.ts";
import { valuesOf } from "./formats.ts";
import { createItemReader, type OnUnreadable } from "./item-reader.ts";
import { getOne, type ItemTable } from "./item-table.ts";
import { itemsOfRows, rowPartKeysOfItem, rowsKey, rowsReader } from "./rows-item.ts";

/** Parts written at once. */
const WRITES_AT_ONCE = 4;

/** Labelled rows of hosts, in the table of the baselines. */
export function createRowsStore(table: ItemTable, onUnreadable: OnUnreadable): RowsStore {
  const { values } = createItemReader(table, onUnreadable);
  return {
    async rows(owner) {
      const item = await getOne(table, rowsKey(owner));
      if (!item) return undefined;
      const parts = await table.get(valuesOf([rowPartKeysOfItem(item)]).flat(), { consistent: true });
      return (await values([item], rowsReader(partsOf(parts))))[0];
    },

    async setRows(owner, rows) {
      const before = await getOne(table, rowsKey(owner));
      const items = rows && itemsOfRows(owner, rows);
      if (items)
        await inParallel(WRITES_AT_ONCE, items.parts, async (part) => {
          await table.put(part);
        });
      if (items) await table.put(items.head);
      else await table.delete(rowsKey(owner));
      const kept = new Set(items?.parts.map(({ version }) => version?.S));
      for (const key of before ? valuesOf([rowPartKeysOfItem(before)]).flat() : [])
        if (!kept.has(key.version?.S)) await table.delete(key);
    },
  };
}
