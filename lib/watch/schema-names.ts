import type { Decoded } from "../wire/decode.ts";
import type { Schema } from "../wire/samples.ts";
import { Schemas } from "../wire/schemas.ts";
import { inParallel } from "./parallel.ts";
import type { SchemaStore } from "./ports.ts";
import { type Examples, noExamples } from "./rejections.ts";

/** A process's memory between batches; it can be lost without harm. */
export interface ScoreMemory {
  readonly schemas: Schemas;
  /** Those whose names are known to be stored under their id. */
  readonly stored: WeakSet<Schema>;
  /** How many batches waited for the names of an id, by id. */
  readonly waits: Map<string, number>;
  readonly examples: Examples;
}

export function newScoreMemory(): ScoreMemory {
  return { schemas: new Schemas(), stored: new WeakSet(), waits: new Map(), examples: noExamples() };
}

/** Why the names of some ids could not be read or stored, by id. */
export type Troubles = Map<string, unknown>;

/** Batches that wait for one id: Lambda gives up a whole batch after 100 attempts (resources.ts). */
const WAITS_MAX = 20;
/** Ids whose waits are counted. Made-up ids begin the count anew, and the age of a record still ends its waiting. */
const WAITING_IDS_MAX = 1_000;
/** Lists of names stored at once. */
const WRITES_AT_ONCE = 32;

/** The ids whose names this process does not know. */
export function missingIn(decoded: readonly Decoded[]): readonly string[] {
  return [...new Set(decoded.flatMap(({ unknownSchema }) => unknownSchema ?? []))];
}

/** Reads the names of these ids, as far as they are stored. */
export async function lookUp(
  store: SchemaStore,
  { schemas, stored, waits }: ScoreMemory,
  ids: readonly string[],
  troubles: Troubles,
): Promise<void> {
  if (ids.length === 0) return;
  try {
    for (const { id, names } of await store.names(ids)) {
      const schema = schemas.of(names, id);
      if (!("problem" in schema)) stored.add(schema);
      waits.delete(id);
    }
  } catch (error) {
    for (const id of ids) troubles.set(id, error);
  }
}

/** Those of the missing ids that this batch may wait for. */
export function countWaits({ waits }: ScoreMemory, missing: readonly string[]): ReadonlySet<string> {
  if (waits.size >= WAITING_IDS_MAX) waits.clear();
  const awaited = missing.filter((id) => (waits.get(id) ?? 0) < WAITS_MAX);
  for (const id of awaited) waits.set(id, (waits.get(id) ?? 0) + 1);
  return new Set(awaited);
}

/** Stores the names of all parts; returns the schemas under whose id the store has other names. */
export async function remember(
  store: SchemaStore,
  { schemas, stored }: ScoreMemory,
  decoded: readonly Decoded[],
  troubles: Troubles,
): Promise<ReadonlySet<Schema>> {
  const all = new Set(decoded.flatMap(({ parts }) => parts.map(({ schema }) => schema)));
  const unstored = [...all].filter((schema) => !stored.has(schema));
  const taken = new Set<Schema>();
  await inParallel(WRITES_AT_ONCE, unstored, async (schema) => {
    try {
      if (await store.remember(schema)) stored.add(schema);
      else {
        taken.add(schema);
        schemas.forget(schema);
      }
    } catch (error) {
      troubles.set(schema.id, error);
    }
  });
  return taken;
}
