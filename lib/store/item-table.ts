import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { TABLES, type Table, type TableName } from "../resources.ts";

/** An item in DynamoDB's own terms. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** A requirement on the item that is stored under the key of a write. */
export type Condition =
  | { readonly attribute: string; readonly is: "absent" }
  | { readonly attribute: string; readonly is: "equal" | "absent or at most"; readonly value: number };

export interface Query {
  readonly index?: string;
  readonly partition: string;
  /** Bounds of the sort key, both included. */
  readonly between?: readonly [number, number] | readonly [string, string];
  readonly descending?: boolean;
  readonly limit?: number;
  /** See every write that ended before. An index has no such reads. */
  readonly consistent?: boolean;
}

/** The few operations that the stores need; `DynamoTable` and `MemoryTable` have them. */
export interface ItemTable {
  /** The existing items under these keys, in no order; a consistent read sees every write that ended before. */
  get(keys: readonly Item[], options: { readonly consistent: boolean }): Promise<readonly Item[]>;
  /** Replaces the item; false when the condition does not hold. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** Sets these attributes and keeps the others, or creates the item; false when the condition does not hold. */
  update(key: Item, attributes: Item, condition: Condition): Promise<boolean>;
  /** False when the condition does not hold. An item that does not exist is deleted already. */
  delete(key: Item, condition?: Condition): Promise<boolean>;
  /** Items of one partition in order of the sort key; unless it is consistent, the latest writes may be missing. */
  query(query: Query): AsyncIterable<Item>;
  /** Every item, in no order; the latest writes may be missing. */
  scan(): AsyncIterable<Item>;
}

/** Names of the key attributes of a table or of one of its indexes. */
export function keyNames(name: TableName, index?: string): { readonly partition: string; readonly sort?: string } {
  const table: Table = TABLES[name];
  const keyed = index === undefined ? table : table.indexes.find((other) => other.name === index);
  if (!keyed) throw new Error(`table ${name} has no index ${index}`);
  return { partition: keyed.partitionKey.name, ...(keyed.sortKey ? { sort: keyed.sortKey.name } : {}) };
}

/** The condition that nobody changed the number since it was read; 0 stands for an item without it. */
export function unchanged(attribute: string, value: number): Condition {
  return value === 0 ? { attribute, is: "absent" } : { attribute, is: "equal", value };
}

/** The item under this key, with every write that ended before. */
export async function getOne(table: ItemTable, key: Item): Promise<Item | undefined> {
  return (await table.get([key], { consistent: true }))[0];
}

/** The bounds of the whole numbers in [from, to), both included; undefined when there are none. */
export function wholeNumbers(from: number, to: number): readonly [number, number] | undefined {
  const first = Math.max(Math.ceil(from), -Number.MAX_SAFE_INTEGER);
  const last = Math.min(Math.ceil(to) - 1, Number.MAX_SAFE_INTEGER);
  return first <= last ? [first, last] : undefined;
}
