import { DAY_MS } from "../time.ts";
import type { Decoded } from "../wire/decode.ts";
import type { HostSamples, Schema } from "../wire/samples.ts";
import { isSameList, problemOfId, Schemas } from "../wire/schemas.ts";
import { type Copies, noCopies } from "./copies.ts";
import { mayBring, type Newcomers, noNewcomers, noteBrought } from "./newcomers.ts";
import { AT_ONCE, inParallel } from "./parallel.ts";
import type { SchemaStore } from "./ports.ts";
import { type Examples, noExamples } from "./rejections.ts";

/** A process's memory between batches; it can be lost without harm. */
export interface ScoreMemory {
  readonly schemas: Schemas;
  /** When the names were last known to be stored under their id (ms since the epoch). */
  readonly stored: WeakMap<Schema, number>;
  /** How many batches waited for the names of an id, by id. */
  readonly waits: Map<string, number>;
  readonly examples: Examples;
  readonly newcomers: Newcomers;
  readonly copies: Copies;
}

export function newScoreMemory(): ScoreMemory {
  return {
    ...{ schemas: new Schemas(), stored: new WeakMap(), waits: new Map() },
    ...{ examples: noExamples(), newcomers: noNewcomers() },
    copies: noCopies(),
  };
}

/** Why the names of some ids could not be read or stored, by id. */
export type Troubles = ReadonlyMap<string, unknown>;

/** Batches that wait for one id: Lambda gives up a whole batch after 100 attempts (resources.ts). */
const WAITS_MAX = 20;
/** Ids whose waits are counted. Made-up ids begin the count anew, and the age of a record still ends its waiting. */
const WAITING_IDS_MAX = 1_000;

/** The ids whose names this process does not know. */
export function missingIn(decoded: readonly Decoded[]): readonly string[] {
  return [...new Set(decoded.flatMap(({ unknownSchema }) => unknownSchema ?? []))];
}

/** Reads the names of these ids, as far as they are stored. */
export async function lookUp(
  store: SchemaStore,
  { schemas, stored, waits }: ScoreMemory,
  ids: readonly string[],
  now: number,
): Promise<Troubles> {
  if (ids.length === 0) return new Map();
  try {
    for (const { id, names } of await store.names(ids)) {
      const schema = schemas.of(names, id);
      if (!("problem" in schema)) stored.set(schema, now);
      waits.delete(id);
    }
    return new Map();
  } catch (error) {
    return new Map(ids.map((id) => [id, error]));
  }
}

/** The missing ids for which this batch may wait. */
export function countWaits({ waits }: ScoreMemory, missing: readonly string[]): ReadonlySet<string> {
  if (waits.size >= WAITING_IDS_MAX) waits.clear();
  const awaited = missing.filter((id) => (waits.get(id) ?? 0) < WAITS_MAX);
  for (const id of awaited) waits.set(id, (waits.get(id) ?? 0) + 1);
  return new Set(awaited);
}

/** Names are stored again once a day, so that the store knows that they are in use. */
const STORED_FOR_MS = DAY_MS;

interface Remembered {
  readonly troubles: Troubles;
  /** Why the names of some schemas can never be stored. */
  readonly refused: ReadonlyMap<Schema, string>;
}

/** Stores the names of all parts. */
export async function remember(
  store: SchemaStore,
  memory: ScoreMemory,
  parts: readonly Pick<HostSamples, "schema" | "host">[],
  now: number,
): Promise<Remembered> {
  const { schemas, stored } = memory;
  const hostOf = new Map(parts.map(({ schema, host }) => [schema, host]));
  const due = [...hostOf].filter(([schema]) => now - (stored.get(schema) ?? 0) >= STORED_FOR_MS);
  const refused = new Map<Schema, string>();
  const troubles = new Map<string, unknown>();
  await inParallel(AT_ONCE, due, async ([schema, host]) => {
    try {
      const problem = await rememberOne(store, memory, { schema, host }, now);
      if (problem === undefined) {
        stored.set(schema, now);
        return;
      }
      refused.set(schema, problem);
      schemas.forget(schema);
    } catch (error) {
      troubles.set(schema.id, error);
    }
  });
  return { troubles, refused };
}

/** Why the names can never be stored; undefined when they are. */
async function rememberOne(
  store: SchemaStore,
  { newcomers }: ScoreMemory,
  { schema, host }: Pick<HostSamples, "schema" | "host">,
  now: number,
): Promise<string | undefined> {
  const { id, names } = schema;
  if (!mayBring(newcomers, host, now)) {
    const [known] = await store.names([id]);
    return known && isSameList(known.names, names) ? undefined : TOO_MANY_LISTS;
  }
  const remembered = await store.remember(schema);
  if (remembered === "taken") return problemOfId(id);
  if (remembered === "created") noteBrought(newcomers, host);
  return undefined;
}

const TOO_MANY_LISTS =
  "too many new lists of metric names today: send the same metrics each time, and put what changes into values";
