import type { TableName } from "../resources.ts";
import { keyOf, number, type Stored } from "./attributes.ts";
import { getOne, type Item, type ItemTable } from "./item-table.ts";

interface Rules {
  readonly table: TableName;
  readonly format: number;
  readonly oldest?: number;
}

/**
 * Where each kind of item is stored, and the number of the rules by which this program writes and reads it; `oldest` is
 * the number of the first rules that it still reads.
 */
const KINDS = {
  host: { table: "hosts", format: 1 },
  baseline: { table: "baselines", format: 2, oldest: 1 },
  part: { table: "baselines", format: 1 },
  schema: { table: "baselines", format: 1 },
  budget: { table: "baselines", format: 1 },
  progress: { table: "baselines", format: 1 },
  chunk: { table: "history", format: 1 },
  incident: { table: "incidents", format: 1 },
  silence: { table: "alerting", format: 1 },
  desk: { table: "alerting", format: 1 },
  allowance: { table: "alerting", format: 1 },
  announced: { table: "alerting", format: 1 },
  refusal: { table: "alerting", format: 1 },
  audit: { table: "alerting", format: 1 },
} as const satisfies Record<string, Rules>;

export type Kind = keyof typeof KINDS;

/** An item that this program cannot read: other rules wrote it. */
interface Refused {
  readonly table: TableName;
  /** The item's key, like `host "web-07"`. */
  readonly key: string;
  /** Undefined: the item names no format. */
  readonly found: number | undefined;
  readonly expected: number;
}

/** The content of an item, or why this program cannot read it. */
export type Reading<T> = { readonly value: T } | { readonly refused: Refused };

/** The attributes of an item with the format that they are written in. */
export function written(kind: Kind, attributes: Item): Item {
  return { ...attributes, format: number(KINDS[kind].format) };
}

/** A reader of items of this kind: it refuses another format; `parse` throws when an attribute is malformed. */
export function reader<T>(kind: Kind, parse: (stored: Stored) => T): (item: Item) => Reading<T> {
  const { table, format: expected, oldest = expected }: Rules = KINDS[kind];
  return (item) => {
    const stored = { table, item };
    const found = item.format?.N === undefined ? undefined : Number(item.format.N);
    const isReadable = found !== undefined && found >= oldest && found <= expected;
    return isReadable ? { value: parse(stored) } : { refused: { table, key: keyOf(stored), found, expected } };
  };
}

/** Reads each item once: tables in memory return the same items again, and nobody changes what was read. */
export function once<T>(read: (item: Item) => Reading<T>): (item: Item) => Reading<T> {
  const known = new WeakMap<Item, Reading<T>>();
  return (item) => {
    const before = known.get(item);
    if (before) return before;
    const reading = read(item);
    known.set(item, reading);
    return reading;
  };
}

/** The value of the item under this key; undefined without an item. */
export async function readOne<T>(
  table: ItemTable,
  key: Item,
  read: (item: Item) => Reading<T>,
): Promise<T | undefined> {
  const item = await getOne(table, key);
  return item && accepted(read(item));
}

/** The value of a reading; throws for an item that was refused. */
export function accepted<T>(reading: Reading<T>): T {
  if ("value" in reading) return reading.value;
  const { table, key, found = "nothing", expected } = reading.refused;
  const problem = `this program reads ${expected}, found ${found}; repair or delete this item`;
  throw new Error(`table ${table}, item with ${key}, attribute format: ${problem}`);
}
