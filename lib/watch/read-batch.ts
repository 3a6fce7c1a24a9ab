import type { Unread } from "../incident/incident.ts";
import { oneLine } from "../plain-text.ts";
import { type Decoded, decodeRecord, type Problem } from "../wire/decode.ts";
import { isName } from "../wire/name.ts";
import { type HostSamples, hasNumber, type Schema } from "../wire/samples.ts";
import type { Run, StreamRecord } from "./delivery.ts";
import type { Arrived } from "./fold.ts";
import { addOdd, type OddCount } from "./ingest.ts";
import type { SchemaStore } from "./ports.ts";
import type { Rejection } from "./rejections.ts";
import { countWaits, lookUp, missingIn, remember, type ScoreMemory, type Troubles } from "./schema-names.ts";

/** The records of one host in a batch. */
export interface HostWork {
  readonly host: string;
  /** Where the first of its records stands in the batch. */
  readonly position: number;
  readonly arrived: Arrived[];
  /** Records, or samples within records, that cannot be used. */
  rejected: number;
  /** Values that were no number, beside others that were. */
  odd?: OddCount;
  /** The first of them: when it arrived (ms since the epoch), and why. */
  unread?: Unread;
  /** Whether a record of the host cannot be scored yet: then no later one may overtake it. */
  isHeld: boolean;
}

export interface ReadPorts {
  readonly schemas: SchemaStore;
  /** Whether series outside a sender's preset are judged, too; absent: they are left out. */
  readonly keepsAll?: () => boolean;
  /** The host for a name; absent: each name is its own host. */
  readonly hostOf?: (name: string) => string;
}

interface ReadBatch {
  /** In the order of the stream. */
  readonly works: readonly HostWork[];
  /** Records that were read: the others did not fit into the batch or its time. */
  readonly records: number;
  /** Values that were no finite number. */
  readonly replaced: number;
  readonly rejections: readonly Rejection[];
}

/**
 * Memory that the records of one batch may take once they are decoded. 2,000 records of agents, each with a minute of
 * 38 metrics, take 4 MiB.
 */
const BATCH_BYTES_MAX = 16 * 1024 * 1024;
/** The memory of a part beside its values. A part of its own also costs a write of history. */
const PART_BYTES = 1_024;
/** A reason may quote the unreadable text; a message has this much room for it. */
const REASON_LENGTH_MAX = 120;
/** A record without names waits this long after its arrival: its names may be behind it in another shard. */
const NAMES_WAIT_MS = 120_000;

/**
 * Decodes a batch and sorts it by host, as far as it fits into memory and time: the rest is delivered again. Names are
 * stored before anything refers to them by their id.
 */
export async function readBatch(
  { schemas, keepsAll, hostOf = (name) => name }: ReadPorts,
  memory: ScoreMemory,
  records: readonly StreamRecord[],
  run: Run,
): Promise<ReadBatch> {
  const byHost = new Map<string, HostWork>();
  const isAll = keepsAll?.() ?? false;
  const read = (record: StreamRecord) => underOneName(decode(memory, record, isAll), hostOf);
  const first = fitting(read, records, run);
  const now = run.clock();
  const { all, names } = await decodeAll(schemas, memory, first, read, now);
  const hold = (host: string, position: number, error: unknown) => {
    const work = workOf(byHost, host, position);
    if (!work.isHeld) run.failed.push({ position, failure: { what: `host ${host}`, error } });
    work.isHeld = true;
  };
  let replaced = 0;
  const rejections: Rejection[] = [];
  for (const [position, one] of all.entries()) {
    const { arrival } = one.record;
    replaced += one.replaced;
    const waits = reasonToWait(one, names, now - arrival);
    if (waits) {
      hold(waits.host, position, waits.error);
      continue;
    }
    const problems = [...one.problems];
    const empty = withoutNumbers(one.parts);
    for (const part of one.parts) {
      const error = names.troubles.get(part.schema.id);
      const reason = names.refused.get(part.schema) ?? (empty.has(part) ? reasonOfNothing(part) : undefined);
      if (error) hold(part.host, position, error);
      else if (reason !== undefined) problems.push({ reason, host: part.host });
      else addPart(byHost, part, arrival, position);
    }
    for (const problem of problems) blame(byHost, problem, one.record, position);
    if (problems.length > 0) rejections.push({ record: one.record, problems });
  }
  return { works: [...byHost.values()], records: all.length, replaced, rejections };
}

/** The store's answers about the ids in a batch. */
interface Names {
  readonly troubles: Troubles;
  /** Why the names of some schemas can never be stored. */
  readonly refused: ReadonlyMap<Schema, string>;
  /** Unknown ids whose names may yet come. */
  readonly awaited: ReadonlySet<string>;
}

interface DecodedRecord extends Decoded {
  readonly record: StreamRecord;
}

type Read = (record: StreamRecord) => DecodedRecord;

function decode({ schemas }: ScoreMemory, record: StreamRecord, keepsAll: boolean): DecodedRecord {
  const bytes = Buffer.from(record.data, "base64");
  return { record, ...decodeRecord(bytes, record.arrival, schemas, { partitionKey: record.partitionKey, keepsAll }) };
}

function underOneName(decoded: DecodedRecord, hostOf: (name: string) => string): DecodedRecord {
  const named = <T extends { readonly host?: string | undefined }>(one: T): T => {
    const host = one.host === undefined ? undefined : hostOf(one.host);
    return host === one.host ? one : { ...one, host };
  };
  return { ...decoded, parts: decoded.parts.map(named), problems: decoded.problems.map(named) };
}

/** The first records, decoded, as far as they fit. */
function fitting(
  read: Read,
  records: readonly StreamRecord[],
  { clock, deadline, failed }: Run,
): readonly DecodedRecord[] {
  const decoded: DecodedRecord[] = [];
  let bytes = 0;
  for (const [position, record] of records.entries()) {
    const full = clock() > deadline ? "out of time" : bytes > BATCH_BYTES_MAX ? "the batch is too large" : undefined;
    if (full) {
      const failure = {
        what: `records from ${record.sequenceNumber} on`,
        error: new Error(`${full}: delivered again`),
      };
      failed.push({ position, failure });
      break;
    }
    const one = read(record);
    bytes += one.bytes + one.parts.reduce((sum, { values }) => sum + values.byteLength + PART_BYTES, 0);
    decoded.push(one);
  }
  return decoded;
}

async function decodeAll(
  schemas: SchemaStore,
  memory: ScoreMemory,
  first: readonly DecodedRecord[],
  read: Read,
  now: number,
) {
  const unread = await lookUp(schemas, memory, missingIn(first), now);
  const all = first.map((one) => (one.unknownSchema === undefined ? one : read(one.record)));
  const awaited = countWaits(memory, missingIn(all));
  // The lists of pieces need not be stored: the lists of the samples made of them are stored.
  const whole = all.flatMap(({ parts }) => parts.filter(({ isPart }) => !isPart));
  const { refused, troubles } = await remember(schemas, memory, whole, now);
  return { all, names: { troubles: new Map([...unread, ...troubles]), refused, awaited } };
}

/** Why the record cannot be read yet, and the host that it names; undefined for a record that need not wait. */
function reasonToWait({ unknownSchema: id, problems }: Decoded, { troubles, awaited }: Names, age: number) {
  const host = problems[0]?.host;
  if (id === undefined || host === undefined) return undefined;
  if (troubles.has(id)) return { host, error: troubles.get(id) };
  if (age >= NAMES_WAIT_MS || !awaited.has(id)) return undefined;
  return { host, error: new Error(`schema ${id}: names not seen yet: delivered again`) };
}

/** Parts of hosts without a number in the record, which have no information. A goodbye needs none. */
function withoutNumbers(parts: readonly HostSamples[]): ReadonlySet<HostSamples> {
  const empty = parts.filter((part) => !part.bye && !hasNumber(part));
  if (empty.length === 0) return NONE;
  const heard = new Set(parts.filter(hasNumber).map(({ host }) => host));
  return new Set(empty.filter(({ host }) => !heard.has(host)));
}

const NONE: ReadonlySet<HostSamples> = new Set();

function reasonOfNothing({ odd, schema }: HostSamples): string {
  return `no value is a number: ${odd?.first ?? `${schema.names[0]} is null`}`;
}

function addPart(byHost: Map<string, HostWork>, part: HostSamples, arrival: number, position: number): void {
  const work = workOf(byHost, part.host, position);
  if (work.isHeld) return;
  work.arrived.push({ part, arrival });
  if (!part.odd) return;
  const { count, first } = part.odd;
  work.odd = addOdd(work.odd, { count, last: shortText(first), at: Math.round(arrival) });
}

function workOf(byHost: Map<string, HostWork>, host: string, position: number): HostWork {
  const known = byHost.get(host);
  if (known) return known;
  const work = { host, position, arrived: [], rejected: 0, isHeld: false };
  byHost.set(host, work);
  return work;
}

/** Counts an unreadable sample for the host that it names, else for the host of its record's partition key. */
function blame(
  byHost: Map<string, HostWork>,
  { host, reason }: Problem,
  { partitionKey, arrival }: StreamRecord,
  position: number,
): void {
  const name = host ?? partitionKey;
  if (!isName(name)) return;
  const work = workOf(byHost, name, position);
  work.rejected++;
  work.unread ??= { since: Math.round(arrival), reason: shortText(reason) };
}

function shortText(text: string): string {
  return oneLine(text.slice(0, REASON_LENGTH_MAX));
}
