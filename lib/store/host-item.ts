import { NOTICE_KINDS } from "../incident/notice.ts";
import { emptyCrossings } from "../model/crossings.ts";
import { type HostMemory, isOfBands } from "../watch/host-memory.ts";
import { type IngestCounts, NOTHING_COUNTED } from "../watch/ingest.ts";
import type { HostState, PendingNotice } from "../watch/state.ts";
import {
  bytes,
  flag,
  has,
  json,
  number,
  packedJson,
  readBytes,
  readFlag,
  readJson,
  readNumber,
  readPackedJson,
  readText,
  type Stored,
  text,
} from "./attributes.ts";
import { bandMemoryOfBytes, bytesOfBandMemory } from "./band-memory-bytes.ts";
import { bytesOfRises, risesOfBytes } from "./crossings-bytes.ts";
import { aList, anInteger, aText, listOf, oneOf } from "./documents.ts";
import { bytesOfFloats, floatsOfBytes } from "./floats.ts";
import { once, reader, written } from "./formats.ts";
import { documentOfIncident, hostIncidentOfDocument, listOfWorst, worstOfList } from "./incident-document.ts";
import type { Item } from "./item-table.ts";
import { bytesOfMemory, memoryOfBytes } from "./memory-bytes.ts";
import { bytesOfTimes, timesOfBytes } from "./times.ts";
import { bytesOfVarints, varintsOfBytes } from "./varints.ts";
import { bytesOfVerdict, verdictOfBytes } from "./verdict-bytes.ts";

/** Partition of the sparse index: only items with pending notices have the attribute. */
export const UNSENT = "1";

/**
 * A host's state as an item. Every record writes it, and DynamoDB counts names too, in steps of 1 KB, hence the letters
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html):
 *
 * | name | holds | | name | holds |
 * |---|---|---|---|---|
 * | r | revision | | v | verdict (verdict-bytes.ts); absent while learning |
 * | g | group | | w | window |
 * | n | seen | | u | suspects (incident-document.ts), packed; absent without any |
 * | t | newest; absent where it is the last applied | | c | calm |
 * | a | arrived | | i | incident (incident-document.ts); absent without one |
 * | p | applied (times.ts) | | k | clock ahead; absent unless it is |
 * | s | schema, its 8 digits in 4 bytes | | q | pending [[kind, id, opened, revision, since], …]; absent without any |
 * | d | vector, doubles: the next change is computed from it | | m | memory (memory-bytes.ts); absent without one |
 * | e | since, crossings (crossings-bytes.ts); absent before the first sample | | l | interval; absent while unknown |
 * | z | retired; absent unless it is | | o | openings (times.ts); absent without any |
 * | b | memory of calendar bands (band-memory-bytes.ts) | | x | off soon; absent unless it is |
 * | h | rules held [[text, since], …] or absent | | f | ingest: duplicates, late, rejected (varints.ts); absent at 0 |
 */
export function itemOfHost(state: HostState): Item {
  const { verdict, memory, suspects, rules, incident, pending } = state;
  const ingest = countsOf(state.ingest);
  return written("host", {
    host: text(state.host),
    r: number(state.revision),
    g: text(state.group),
    n: number(state.seen),
    ...(ingest.length > 0 ? { f: bytes(bytesOfVarints(ingest)) } : {}),
    ...(state.newest === state.applied.at(-1) ? {} : { t: number(state.newest) }),
    a: number(state.arrived),
    p: bytes(bytesOfTimes(state.applied)),
    s: bytes(Buffer.from(state.schema, "hex")),
    d: bytes(bytesOfFloats(checkedVector(state.vector))),
    ...(verdict ? { v: bytes(bytesOfVerdict(verdict, state)) } : {}),
    ...(state.interval > 0 ? { l: number(state.interval) } : {}),
    ...(state.retired ? { z: flag(true) } : {}),
    ...(state.offSoon ? { x: flag(true) } : {}),
    ...(state.since > 0 ? { e: bytes(bytesOfRises(state)) } : {}),
    ...(memory
      ? isOfBands(memory)
        ? { b: bytes(bytesOfBandMemory(memory)) }
        : { m: bytes(bytesOfMemory(memory)) }
      : {}),
    w: number(state.window),
    ...(suspects.length > 0 ? { u: packedJson(suspects.map(listOfWorst)) } : {}),
    ...(rules.length > 0 ? { h: json(rules.map(({ text, since }) => [text, since])) } : {}),
    c: number(state.calm),
    ...(incident ? { i: json(documentOfIncident(incident)) } : {}),
    ...(state.openings.length > 0 ? { o: bytes(bytesOfTimes(state.openings)) } : {}),
    ...(state.clockAhead ? { k: flag(true) } : {}),
    ...(pending.length > 0 ? { unsent: text(UNSENT), q: json(pending.map(documentOfNotice)) } : {}),
  });
}

export const hostOfItem = once(reader("host", readHost));

function readHost(stored: Stored): HostState {
  const host = readText(stored, "host");
  const group = readText(stored, "g");
  const applied = readBytes(stored, "p", timesOfBytes);
  const memory = memoryOf(stored);
  const verdictOf = (value: Uint8Array) => verdictOfBytes(value, { host, group, memory });
  return {
    host,
    group,
    revision: readNumber(stored, "r"),
    seen: readNumber(stored, "n"),
    ingest: has(stored, "f") ? readBytes(stored, "f", ingestOfBytes) : NOTHING_COUNTED,
    newest: (has(stored, "t") ? undefined : applied.at(-1)) ?? readNumber(stored, "t"),
    ...(has(stored, "e") ? readBytes(stored, "e", risesOfBytes) : { since: 0, crossings: emptyCrossings() }),
    arrived: readNumber(stored, "a"),
    interval: has(stored, "l") ? readNumber(stored, "l") : 0,
    retired: has(stored, "z") && readFlag(stored, "z"),
    offSoon: has(stored, "x") && readFlag(stored, "x"),
    applied,
    schema: readBytes(stored, "s", (value) => Buffer.from(value).toString("hex")),
    vector: readBytes(stored, "d", (value) => checkedVector(floatsOfBytes(value))),
    ...(has(stored, "v") ? { verdict: readBytes(stored, "v", verdictOf) } : {}),
    ...(memory ? { memory } : {}),
    window: readNumber(stored, "w"),
    suspects: has(stored, "u") ? readPackedJson(stored, "u", suspectsOfList) : [],
    rules: has(stored, "h") ? readJson(stored, "h", rulesOfList) : [],
    calm: readNumber(stored, "c"),
    ...(has(stored, "i")
      ? { incident: readJson(stored, "i", (document) => hostIncidentOfDocument(document, host)) }
      : {}),
    openings: has(stored, "o") ? readBytes(stored, "o", timesOfBytes) : [],
    clockAhead: has(stored, "k") && readFlag(stored, "k"),
    pending: has(stored, "q") ? readJson(stored, "q", listOf(noticeOfDocument)) : [],
  };
}

function memoryOf(stored: Stored): HostMemory | undefined {
  if (has(stored, "b")) return readBytes(stored, "b", bandMemoryOfBytes);
  return has(stored, "m") ? readBytes(stored, "m", memoryOfBytes) : undefined;
}

/** The counts up to the last that is not 0: none for a host whose records all arrived once and in time. */
function countsOf({ duplicates, late, rejected }: IngestCounts): readonly number[] {
  const counts = [duplicates, late, rejected];
  return counts.slice(0, counts.findLastIndex((count) => count !== 0) + 1);
}

function ingestOfBytes(value: Uint8Array): IngestCounts {
  const [duplicates = 0, late = 0, rejected = 0, ...more] = varintsOfBytes(value).map(anInteger);
  if (more.length > 0) throw new RangeError(`${3 + more.length} counts instead of 3`);
  return { duplicates, late, rejected };
}

const suspectsOfList = listOf(worstOfList);

const rulesOfList = listOf((one) => {
  const [text, since] = aList(one);
  return { text: aText(text), since: anInteger(since) };
});

/** Missing values are NaN. */
function checkedVector(vector: Float64Array): Float64Array {
  if (vector.some((x) => Math.abs(x) === Number.POSITIVE_INFINITY)) throw new RangeError("a number is infinite");
  return vector;
}

export function documentOfNotice({ kind, id, opened, revision, since }: PendingNotice): unknown {
  return [kind, id, opened, revision, ...(since === undefined ? [] : [since])];
}

/** Reads `[kind, id, opened, revision, since]`; the last may be missing. */
export function noticeOfDocument(document: unknown): PendingNotice {
  const [kind, id, opened, revision, since] = aList(document);
  return {
    kind: oneOf(NOTICE_KINDS, kind),
    id: aText(id),
    opened: anInteger(opened),
    revision: anInteger(revision),
    ...(since === undefined ? {} : { since: anInteger(since) }),
  };
}
