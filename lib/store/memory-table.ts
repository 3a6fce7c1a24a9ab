import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { TableName } from "../resources.ts";
import { type Condition, type Item, type ItemTable, keyNames, type Query } from "./item-table.ts";

type Scalar = string | number;

/** A table with the structure of DynamoDB: partitions of items by sort key. */
export class MemoryTable implements ItemTable {
  readonly #name: TableName;
  readonly #partitions = new Map<Scalar, Map<Scalar, Item>>();

  constructor(name: TableName) {
    this.#name = name;
  }

  async get(keys: readonly Item[]): Promise<readonly Item[]> {
    return [...new Set(keys.map((key) => this.#stored(key)))].filter((item) => item !== undefined);
  }

  async put(item: Item, condition?: Condition): Promise<boolean> {
    if (condition && !holds(condition, this.#stored(item))) return false;
    this.#store(item);
    return true;
  }

  async update(key: Item, attributes: Item, condition: Condition): Promise<boolean> {
    const before = this.#stored(key);
    if (!holds(condition, before)) return false;
    this.#store({ ...before, ...key, ...attributes });
    return true;
  }

  async delete(key: Item, condition?: Condition): Promise<boolean> {
    if (condition && !holds(condition, this.#stored(key))) return false;
    const { hash, sort } = this.#place(key);
    this.#partitions.get(hash)?.delete(sort);
    return true;
  }

  async *query({ index, partition, between, descending, limit }: Query): AsyncIterable<Item> {
    const { partition: hash, sort = "" } = keyNames(this.#name, index);
    const candidates =
      index === undefined
        ? [...(this.#partitions.get(partition)?.values() ?? [])]
        : this.#all().filter((item) => item[hash]?.S === partition);
    const matching = candidates
      .filter((item) => !between || isWithin(scalar(item[sort]), between))
      .sort((a, b) => compare(scalar(a[sort]), scalar(b[sort])));
    yield* (descending ? matching.reverse() : matching).slice(0, limit);
  }

  async *scan(): AsyncIterable<Item> {
    yield* this.#all();
  }

  #all(): Item[] {
    return [...this.#partitions.values()].flatMap((partition) => [...partition.values()]);
  }

  #stored(key: Item): Item | undefined {
    const { hash, sort } = this.#place(key);
    return this.#partitions.get(hash)?.get(sort);
  }

  #store(item: Item): void {
    const { hash, sort } = this.#place(item);
    const partition = this.#partitions.get(hash) ?? new Map<Scalar, Item>();
    this.#partitions.set(hash, partition.set(sort, item));
  }

  #place(key: Item): { readonly hash: Scalar; readonly sort: Scalar } {
    const { partition, sort } = keyNames(this.#name);
    return { hash: scalar(key[partition]), sort: sort === undefined ? "" : scalar(key[sort]) };
  }
}

function holds(condition: Condition, item: Item | undefined): boolean {
  const stored = item?.[condition.attribute];
  switch (condition.is) {
    case "absent":
      return stored === undefined;
    case "equal":
      return stored !== undefined && scalar(stored) === condition.value;
    case "absent or at most":
      return stored === undefined || compare(scalar(stored), condition.value) <= 0;
  }
}

function scalar(value: AttributeValue | undefined): Scalar {
  return value?.S ?? Number(value?.N);
}

function isWithin(value: Scalar, [from, to]: NonNullable<Query["between"]>): boolean {
  return compare(from, value) <= 0 && compare(value, to) <= 0;
}

function compare(a: Scalar, b: Scalar): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
