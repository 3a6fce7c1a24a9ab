import { AT_ONCE, inParallel } from "../watch/parallel.ts";
import { accepted, type Reading, type Unreadable, valuesOf } from "./formats.ts";
import type { Item, ItemTable } from "./item-table.ts";

/**
 * Receives an item that a store cannot read, with its table. The store goes on as if there were no such item; if this
 * throws, the reading fails.
 */
export type OnUnreadable = (unreadable: Unreadable, table: ItemTable) => Promise<void>;

/** A reading fails at the first item that this program cannot read. */
export const refuse: OnUnreadable = async (unreadable) => accepted({ unreadable });

/** Reads the items of a table, and hands over those that this program cannot read. */
export interface ItemReader {
  /** The values of the readable items, in their order. */
  values<T>(items: readonly Item[], read: (item: Item) => Reading<T>): Promise<readonly T[]>;
  /** The value of the item under this key, with every write that ended before; undefined without a readable one. */
  one<T>(key: Item, read: (item: Item) => Reading<T>): Promise<T | undefined>;
}

export function createItemReader(table: ItemTable, onUnreadable: OnUnreadable): ItemReader {
  const values = async <T>(items: readonly Item[], read: (item: Item) => Reading<T>) => {
    const readings = items.map(read);
    const unreadable = readings.flatMap((reading) => ("unreadable" in reading ? [reading.unreadable] : []));
    await inParallel(AT_ONCE, unreadable, (one) => onUnreadable(one, table));
    return valuesOf(readings);
  };
  return {
    values,
    one: async (key, read) => (await values(await table.get([key], { consistent: true }), read))[0],
  };
}
