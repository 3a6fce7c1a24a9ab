import type { Condition, Item } from "../../lib/store/item-table.ts";
import { inTable, type Mutant } from "./mutation.ts";

/** A condition that every item fulfils. */
const ANYWAY: Condition = { attribute: "no such attribute", is: "absent" };
/** Of writes that are sometimes lost, this many succeed for each lost one. */
const SELDOM = 20;

/** Faults of the stores: a condition skipped, a write lost, an attribute dropped. */
export const TABLE_MUTANTS: readonly Mutant[] = [
  inTable("hosts: a save overwrites a newer revision", "hosts", (table) => ({ put: (item) => table.put(item) })),
  inTable("incidents: an older form overwrites a later one", "incidents", (table) => ({
    update: (key, attributes) => table.update(key, attributes, ANYWAY),
  })),
  inTable("history: a chunk overwrites the one under its key", "history", (table) => ({
    put: (item) => table.put(item),
  })),
  inTable("alerting: a save overwrites a newer revision", "alerting", (table) => ({ put: (item) => table.put(item) })),
  inTable("hosts: a save is lost", "hosts", (table, some) => ({
    put: async (item, condition) => some(SELDOM) || table.put(item, condition),
  })),
  inTable("incidents: a save is lost", "incidents", (table, some) => ({
    update: async (...of) => some(SELDOM) || table.update(...of),
  })),
  inTable("history: a chunk is lost", "history", (table, some) => ({
    put: async (item, condition) => some(SELDOM) || table.put(item, condition),
  })),
  inTable("alerting: a save is lost", "alerting", (table, some) => ({
    put: async (item, condition) => some(SELDOM) || table.put(item, condition),
  })),
  inTable("incidents: a save drops what people said", "incidents", (table) => ({
    async update(key, attributes, condition) {
      const done = await table.update(key, attributes, condition);
      return done && attributes.body ? table.put({ ...key, ...attributes }) : done;
    },
  })),
  losesOfHost("its pending notices", "q"),
  losesOfHost("its place in the index of pending notices", "unsent"),
  losesOfHost("its open incident", "i"),
  losesOfHost("what its detector remembers", "y"),
  losesOfHost("its counts", "f"),
  losesOfHost("the incidents of its last hour", "B"),
  losesOfHost("its interval", "l"),
  losesOfHost("its verdict", "v"),
  losesOfHost("the samples that wait for more values", "M"),
  losesOfHost("what its features remember", "I"),
  inTable("incidents: the index by id is empty", "incidents", (table) => ({
    query: (query) => (query.index === "byId" ? nothing() : table.query(query)),
  })),
  inTable("hosts: the index of pending notices is empty", "hosts", () => ({ query: nothing })),
  inTable("hosts: a scan misses a host", "hosts", (table) => ({ scan: () => allButFirst(table.scan()) })),
  inTable("alerting: the query for desks misses one", "alerting", (table) => ({
    query: (query) => (query.partition === "desk" ? allButFirst(table.query(query)) : table.query(query)),
  })),
  inTable("baselines: a read misses an item", "baselines", (table, some) => ({
    get: async (...of) => (await table.get(...of)).filter(() => !some(SELDOM)),
  })),
  inTable("schemas: names are stored in another order", "baselines", (table) => ({
    put: (item, condition) => table.put(turned(item), condition),
  })),
  inTable("schemas: names are not stored", "baselines", (table) => ({
    put: async (item, condition) => isSchema(item) || table.put(item, condition),
  })),
];

function losesOfHost(what: string, attribute: string): Mutant {
  return inTable(`hosts: a save loses ${what}`, "hosts", (table, some) => ({
    put: (item, condition) => table.put(some(SELDOM) ? without(item, attribute) : item, condition),
  }));
}

function without(item: Item, attribute: string): Item {
  const { [attribute]: _, ...rest } = item;
  return rest;
}

function isSchema({ owner }: Item): boolean {
  return owner?.S?.startsWith("schema#") ?? false;
}

function turned(item: Item): Item {
  const names: unknown = JSON.parse(item.features?.S ?? "[]");
  return isSchema(item) && Array.isArray(names) ? { ...item, features: { S: JSON.stringify(names.reverse()) } } : item;
}

async function* nothing(): AsyncIterable<Item> {}

async function* allButFirst(items: AsyncIterable<Item>): AsyncIterable<Item> {
  let isFirst = true;
  for await (const item of items) {
    if (!isFirst) yield item;
    isFirst = false;
  }
}
