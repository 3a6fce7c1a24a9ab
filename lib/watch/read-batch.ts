import { type Decoded, decodeRecord, type Problem } from "../wire/decode.ts";
import { isName } from "../wire/name.ts";
import type { HostSamples, Schema } from "../wire/samples.ts";
import { problemOfId, Schemas } from "../wire/schemas.ts";
import type { Arrived } from "./fold.ts";
import { inParallel } from "./parallel.ts";
import type { RejectedStore, SchemaStore } from "./ports.ts";

export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** When it reached the stream, in milliseconds since the epoch. */
  readonly arrival: number;
  /** Base64, as Lambda hands it over. */
  readonly data: string;
}

/** A process's memory between batches; it can be lost without harm. */
export interface ScoreMemory {
  readonly schemas: Schemas;
  /** Those whose names are known to be stored under their id. */
  readonly stored: WeakSet<Schema>;
  /** How many batches waited for the names of an id, by id. */
  readonly waits: Map<string, number>;
}

export function newScoreMemory(): ScoreMemory {
  return { schemas: new Schemas(), stored: new WeakSet(), waits: new Map() };
}

/** What a batch brings for one host. */
export interface HostWork {
  readonly host: string;
  /** Of the first of its records in the batch. */
  readonly position: number;
  readonly arrived: Arrived[];
  /** Records, or samples within records, that cannot be read. */
  rejected: number;
  /** Whether a record of the host cannot be scored yet: then no later one may overtake it. */
  isHeld: boolean;
}

/** Positions of records that must be delivered again, and why. */
export type Failed = { position: number; failure: Failure }[];

export interface Failure {
  readonly what: string;
  readonly error: unknown;
}

interface ReadPorts {
  readonly schemas: SchemaStore;
  readonly rejected: RejectedStore;
}

interface ReadBatch {
  /** In the order of the stream. */
  readonly works: readonly HostWork[];
  /** Values that were no finite number. */
  readonly replaced: number;
  /** Records that were rejected, whole or in part. */
  readonly rejected: number;
}

/** A record without names waits this long after its arrival: those names may be behind it in another shard. */
const NAMES_WAIT_MS = 120_000;
/** Batches that wait for one id: Lambda gives up a whole batch after 100 attempts (resources.ts). */
const WAITS_MAX = 20;
/** Ids whose waits are counted. Made-up ids begin the count anew, and the age of a record still ends its waiting. */
const WAITING_IDS_MAX = 1_000;
/** Lists of names stored at once. */
const WRITES_AT_ONCE = 8;

/** Decodes a batch and sorts it by host. Names are stored before anything refers to them by their id. */
export async function readBatch(
  ports: ReadPorts,
  memory: ScoreMemory,
  records: readonly StreamRecord[],
  now: number,
  failed: Failed,
): Promise<ReadBatch> {
  const byHost = new Map<string, HostWork>();
  const { all, names } = await decodeAll(ports.schemas, memory, records);
  const hold = (host: string, position: number, error: unknown) => {
    const work = workOf(byHost, host, position);
    if (!work.isHeld) failed.push({ position, failure: { what: `host ${host}`, error } });
    work.isHeld = true;
  };
  let replaced = 0;
  let rejected = 0;
  for (const [position, one] of all.entries()) {
    const { arrival, sequenceNumber, partitionKey, data } = one.record;
    replaced += one.replaced;
    const waits = reasonToWait(one, names, now - arrival);
    if (waits) {
      hold(waits.host, position, waits.error);
      continue;
    }
    const problems = [...one.problems];
    for (const part of one.parts) {
      const error = names.failed.get(part.schema.id);
      if (error) hold(part.host, position, error);
      else if (names.taken.has(part.schema)) problems.push({ reason: problemOfId(part.schema.id), host: part.host });
      else addPart(byHost, part, arrival, position);
    }
    if (problems.length === 0) continue;
    rejected++;
    try {
      const reasons = problems.map(({ reason }) => reason);
      const bytes = Buffer.from(data, "base64");
      await ports.rejected.keep({ sequenceNumber, partitionKey, arrival, problems: reasons, bytes });
      for (const problem of problems) blame(byHost, problem, partitionKey, position);
    } catch (error) {
      failed.push({ position, failure: { what: `rejected record ${sequenceNumber}`, error } });
    }
  }
  return { works: [...byHost.values()], replaced, rejected };
}

/** What the store says about the ids in a batch. */
interface Names {
  /** Why the names of an id could not be read or stored. */
  readonly failed: ReadonlyMap<string, unknown>;
  /** Schemas under whose id the store has other names. */
  readonly taken: ReadonlySet<Schema>;
  /** Unknown ids whose names may yet come. */
  readonly awaited: ReadonlySet<string>;
}

async function decodeAll(schemas: SchemaStore, memory: ScoreMemory, records: readonly StreamRecord[]) {
  const failed = new Map<string, unknown>();
  const decode = (record: StreamRecord) => {
    const bytes = Buffer.from(record.data, "base64");
    return { record, ...decodeRecord(bytes, record.arrival, memory.schemas) };
  };
  const first = records.map(decode);
  await lookUp(schemas, memory, missingIn(first), failed);
  const all = first.map((one) => (one.unknownSchema === undefined ? one : decode(one.record)));
  const awaited = countWaits(memory, missingIn(all));
  const taken = await remember(schemas, memory, all, failed);
  return { all, names: { failed, taken, awaited } };
}

function missingIn(decoded: readonly Decoded[]): readonly string[] {
  return [...new Set(decoded.flatMap(({ unknownSchema }) => unknownSchema ?? []))];
}

async function lookUp(
  schemas: SchemaStore,
  { schemas: known, stored, waits }: ScoreMemory,
  ids: readonly string[],
  failed: Map<string, unknown>,
): Promise<void> {
  if (ids.length === 0) return;
  try {
    for (const { id, names } of await schemas.names(ids)) {
      const schema = known.of(names, id);
      if (!("problem" in schema)) stored.add(schema);
      waits.delete(id);
    }
  } catch (error) {
    for (const id of ids) failed.set(id, error);
  }
}

/** The ids that this batch may wait for. */
function countWaits({ waits }: ScoreMemory, ids: readonly string[]): ReadonlySet<string> {
  if (waits.size >= WAITING_IDS_MAX) waits.clear();
  const awaited = ids.filter((id) => (waits.get(id) ?? 0) < WAITS_MAX);
  for (const id of awaited) waits.set(id, (waits.get(id) ?? 0) + 1);
  return new Set(awaited);
}

/** Stores the names of all parts; returns the schemas under whose id the store has others. */
async function remember(
  schemas: SchemaStore,
  { schemas: known, stored }: ScoreMemory,
  decoded: readonly Decoded[],
  failed: Map<string, unknown>,
): Promise<ReadonlySet<Schema>> {
  const all = new Set(decoded.flatMap(({ parts }) => parts.map(({ schema }) => schema)));
  const unstored = [...all].filter((schema) => !stored.has(schema));
  const taken = new Set<Schema>();
  await inParallel(WRITES_AT_ONCE, unstored, async (schema) => {
    try {
      if (await schemas.remember(schema)) stored.add(schema);
      else {
        taken.add(schema);
        known.forget(schema);
      }
    } catch (error) {
      failed.set(schema.id, error);
    }
  });
  return taken;
}

/** Why the record cannot be read yet, and the host that it names; undefined for a record that need not wait. */
function reasonToWait({ unknownSchema: id, problems }: Decoded, { failed, awaited }: Names, age: number) {
  const host = problems[0]?.host;
  if (id === undefined || host === undefined) return undefined;
  if (failed.has(id)) return { host, error: failed.get(id) };
  if (age >= NAMES_WAIT_MS || !awaited.has(id)) return undefined;
  return { host, error: new Error(`schema ${id}: names not seen yet: delivered again`) };
}

function addPart(byHost: Map<string, HostWork>, part: HostSamples, arrival: number, position: number): void {
  const work = workOf(byHost, part.host, position);
  if (!work.isHeld) work.arrived.push({ part, arrival });
}

function workOf(byHost: Map<string, HostWork>, host: string, position: number): HostWork {
  const known = byHost.get(host);
  if (known) return known;
  const work = { host, position, arrived: [], rejected: 0, isHeld: false };
  byHost.set(host, work);
  return work;
}

/** Counts an unreadable sample for the host that it names, else for the host of its record's partition key. */
function blame(byHost: Map<string, HostWork>, { host }: Problem, partitionKey: string, position: number): void {
  const name = host ?? partitionKey;
  if (isName(name)) workOf(byHost, name, position).rejected++;
}
