import { NOTICE_KINDS } from "../incident/notice.ts";
import { emptyCrossings } from "../model/crossings.ts";
import { type HostMemory, isOfBands, isOfMembers, isOfWindows } from "../watch/host-memory.ts";
import { type IngestCounts, NOTHING_COUNTED } from "../watch/ingest.ts";
import type { Lapsed } from "../watch/life.ts";
import type { HostState, PendingNotice } from "../watch/state.ts";
import { attributesOfAssembly, readAssembly } from "./assembly-attributes.ts";
import {
  bytes,
  flag,
  has,
  json,
  number,
  readBytes,
  readFlag,
  readJson,
  readNumber,
  readText,
  type Stored,
  text,
} from "./attributes.ts";
import { bandMemoryOfBytes, bytesOfBandMemory, bytesOfSignCounts, signCountsOfBytes } from "./band-memory-bytes.ts";
import { bytesOfCounts, bytesOfOpen, countsOfBytes, openOfBytes } from "./crossings-bytes.ts";
import { aList, aMark, anInteger, anObject, aText, listOf, objectOf, oneOf } from "./documents.ts";
import { bytesOfFeatureMemory, featureMemoryOfBytes } from "./feature-memory-bytes.ts";
import { bytesOfFloats, floatsOfBytes } from "./floats.ts";
import { once, reader, written } from "./formats.ts";
import { documentOfIncident, hostIncidentOfDocument, unreadOfDocument } from "./incident-document.ts";
import type { Item } from "./item-table.ts";
import { bytesOfMembers, membersOfBytes, scoresOfBytes } from "./members-bytes.ts";
import { bytesOfTimes, timesOfBytes } from "./times.ts";
import { bytesOfVarints, varintsOfBytes } from "./varints.ts";
import { bytesOfVerdict, verdictOfBytes } from "./verdict-bytes.ts";
import { bytesOfWindowMemory, windowMemoryOfBytes } from "./window-bytes.ts";
import { listOfSample, sampleOfList } from "./worst-document.ts";

/** Partition of the sparse index: only items with pending notices have the attribute. */
export const UNSENT = "1";

/**
 * A host's state as an item. Every record writes it, and DynamoDB counts names too, in steps of 1 KB. So names are
 * letters (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html):
 *
 * | name | holds | | name | holds |
 * |---|---|---|---|---|
 * | r | revision | | v | verdict (verdict-bytes.ts); absent while learning |
 * | g | group | | i | incident (incident-document.ts); absent without one |
 * | n | seen | | j | clock, JSON of itself; absent unless it is or was wrong |
 * | t | newest; absent where it is the last applied | | l | interval; absent while unknown |
 * | a | arrived | | B | lapsed [[at, patterns, peak, within], …]; absent without any |
 * | p | applied (times.ts) | | q | pending [[kind, id, opened, revision, since], …]; absent without any |
 * | s | schema, its 16 digits in 8 bytes (before: 8 in 4) | | b | memory of calendar bands (band-memory-bytes.ts), or |
 * | d | vector, doubles: the next rate is computed from it | | y | the last four scores of another detector, doubles |
 * | e | since, crossings (crossings-bytes.ts); absent before the first sample | | T | backBy, or absent |
 * | z | retired; absent unless it is | | f | ingest: duplicates, late, rejected (varints.ts); absent at 0 |
 * | h | rules held [[text, since], …] or absent | | U | open alerts of crossings (crossings-bytes.ts) or absent |
 * | C | unread, JSON of itself; absent while its records can be read | | D | odd, JSON of itself; absent without any |
 * | K, M, N | assembly (assembly-attributes.ts), or absent | | G | former, [schema, time], or absent |
 * | H | unjudged; absent unless it is | | I | features (feature-memory-bytes.ts), or absent |
 * | J | when a sweep saw that it is unjudged, JSON; absent unless it is | | L | windows (window-bytes.ts), or absent |
 * | O | sign counts (band-memory-bytes.ts) beside y, L or P; absent at 0 | | P | members (members-bytes.ts) |
 * | Q | flagged; absent at 0 | | R | declared units (assembly-attributes.ts), or absent |
 * | S | attributes of the machine, JSON of itself; absent without any | | | |
 *
 * Earlier versions wrote A in place of U, and also c, k, m, o, u, w, x and F, which say nothing to this one.
 */
export function itemOfHost(state: HostState): Item {
  const { verdict, memory, rules, incident, pending } = state;
  const ingest = countsOf(state.ingest);
  return written("host", {
    host: text(state.host),
    r: number(state.revision),
    g: text(state.group),
    n: number(state.seen),
    ...(state.flagged > 0 ? { Q: number(state.flagged) } : {}),
    ...(ingest.length > 0 ? { f: bytes(bytesOfVarints(ingest)) } : {}),
    ...(state.newest === state.applied.at(-1) ? {} : { t: number(state.newest) }),
    a: number(state.arrived),
    p: bytes(bytesOfTimes(state.applied)),
    s: bytes(Buffer.from(state.schema, "hex")),
    d: bytes(bytesOfFloats(checkedVector(state.vector))),
    ...(verdict ? { v: bytes(bytesOfVerdict(verdict, state)) } : {}),
    ...(state.interval > 0 ? { l: number(state.interval) } : {}),
    ...(state.retired ? { z: flag(true) } : {}),
    ...(state.backBy === undefined ? {} : { T: number(state.backBy) }),
    ...(state.unjudged ? { H: flag(true), J: json(state.unjudged) } : {}),
    ...(state.since > 0 ? { e: bytes(bytesOfCounts(state)) } : {}),
    ...(state.crossings.open.length > 0 ? { U: bytes(bytesOfOpen(state.crossings.open)) } : {}),
    ...attributeOfMemory(memory),
    ...(rules.length > 0 ? { h: json(rules.map(({ text, since }) => [text, since])) } : {}),
    ...(incident ? { i: json(documentOfIncident(incident)) } : {}),
    ...(state.lapsed.length > 0 ? { B: json(state.lapsed.map(listOfLapsed)) } : {}),
    ...(state.unread ? { C: json(state.unread) } : {}),
    ...(state.odd ? { D: json(state.odd) } : {}),
    ...(state.attributes ? { S: json(state.attributes) } : {}),
    ...(state.assembly ? attributesOfAssembly(state.assembly) : {}),
    ...(state.features ? { I: bytes(bytesOfFeatureMemory(state.features)) } : {}),
    ...(state.former ? { G: json([state.former.schema, state.former.time]) } : {}),
    ...(state.clock ? { j: json(state.clock) } : {}),
    ...(pending.length > 0 ? { unsent: text(UNSENT), q: json(pending.map(documentOfNotice)) } : {}),
  });
}

export const hostOfItem = once(reader("host", readHost));

function readHost(stored: Stored): HostState {
  const host = readText(stored, "host");
  const group = readText(stored, "g");
  const applied = readBytes(stored, "p", timesOfBytes);
  const memory = memoryOf(stored);
  const verdict = has(stored, "v")
    ? readBytes(stored, "v", (value) => verdictOfBytes(value, { host, group }))
    : undefined;
  return {
    host,
    group,
    revision: readNumber(stored, "r"),
    seen: readNumber(stored, "n"),
    flagged: has(stored, "Q") ? readNumber(stored, "Q") : 0,
    ingest: has(stored, "f") ? readBytes(stored, "f", ingestOfBytes) : NOTHING_COUNTED,
    newest: (has(stored, "t") ? undefined : applied.at(-1)) ?? readNumber(stored, "t"),
    ...countedOf(stored),
    arrived: readNumber(stored, "a"),
    interval: has(stored, "l") ? readNumber(stored, "l") : 0,
    retired: has(stored, "z") && readFlag(stored, "z"),
    ...(has(stored, "T") ? { backBy: readNumber(stored, "T") } : {}),
    applied,
    schema: readBytes(stored, "s", (value) => Buffer.from(value).toString("hex")),
    vector: readBytes(stored, "d", (value) => checkedVector(floatsOfBytes(value))),
    ...(verdict ? { verdict } : {}),
    ...unjudgedOf(stored),
    ...(memory ? { memory } : {}),
    rules: has(stored, "h") ? readJson(stored, "h", rulesOfList) : [],
    ...(has(stored, "i")
      ? { incident: readJson(stored, "i", (document) => hostIncidentOfDocument(document, host)) }
      : {}),
    lapsed: has(stored, "B") ? readJson(stored, "B", listOf(lapsedOfList)) : [],
    ...(has(stored, "C") ? { unread: readJson(stored, "C", unreadOfDocument) } : {}),
    ...(has(stored, "D") ? { odd: readJson(stored, "D", oddOfDocument) } : {}),
    ...(has(stored, "S") ? { attributes: readJson(stored, "S", attributesOfDocument) } : {}),
    ...(has(stored, "M") ? { assembly: readAssembly(stored) } : {}),
    ...(has(stored, "I") ? { features: readBytes(stored, "I", featureMemoryOfBytes) } : {}),
    ...(has(stored, "G") ? { former: readJson(stored, "G", formerOfList) } : {}),
    ...(has(stored, "j") ? { clock: readJson(stored, "j", clockOfDocument) } : {}),
    pending: has(stored, "q") ? readJson(stored, "q", listOf(noticeOfDocument)) : [],
  };
}

function countedOf(stored: Stored): Pick<HostState, "since" | "crossings"> {
  if (!has(stored, "e")) return { since: 0, crossings: emptyCrossings() };
  const { since, crossings } = readBytes(stored, "e", countsOfBytes);
  return { since, crossings: { ...crossings, open: openOf(stored) } };
}

function openOf(stored: Stored): HostState["crossings"]["open"] {
  if (has(stored, "U")) return readBytes(stored, "U", (value) => openOfBytes(value));
  return has(stored, "A") ? readBytes(stored, "A", (value) => openOfBytes(value, 2)) : [];
}

/** Earlier versions wrote the flag alone. */
function unjudgedOf(stored: Stored): Pick<HostState, "unjudged"> {
  if (!has(stored, "H") || !readFlag(stored, "H")) return {};
  return { unjudged: has(stored, "J") ? readJson(stored, "J", unjudgedOfDocument) : {} };
}

const unjudgedOfDocument = objectOf({}, { since: anInteger, told: aMark });

const clockOfDocument = objectOf(
  { corrections: listOf(objectOf({ offset: anInteger, after: anInteger }, { until: anInteger })) },
  { run: objectOf({ since: anInteger, records: anInteger, least: anInteger, most: anInteger }), told: aMark },
);

function attributeOfMemory(memory: HostMemory | undefined): Item {
  if (!memory) return {};
  if (isOfBands(memory)) return { b: bytes(bytesOfBandMemory(memory)) };
  const counts = memory.counts ? { O: bytes(bytesOfSignCounts(memory.counts)) } : {};
  if (isOfWindows(memory)) return { L: bytes(bytesOfWindowMemory(memory)), ...counts };
  if (isOfMembers(memory)) return { P: bytes(bytesOfMembers(memory)), ...counts };
  return { y: bytes(bytesOfFloats(memory.last)), ...counts };
}

function memoryOf(stored: Stored): HostMemory | undefined {
  if (has(stored, "b")) return readBytes(stored, "b", bandMemoryOfBytes);
  const counts = has(stored, "O") ? { counts: readBytes(stored, "O", signCountsOfBytes) } : {};
  if (has(stored, "L")) return { ...readBytes(stored, "L", windowMemoryOfBytes), ...counts };
  if (has(stored, "P")) return { ...readBytes(stored, "P", membersOfBytes), ...counts };
  return has(stored, "y") ? { last: readBytes(stored, "y", scoresOfBytes), ...counts } : undefined;
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

function attributesOfDocument(document: unknown): HostState["attributes"] & object {
  return Object.fromEntries(Object.entries(anObject(document)).map(([name, value]) => [name, aText(value)]));
}

const oddOfDocument = objectOf({ count: anInteger, last: aText, at: anInteger });

function listOfLapsed({ at, patterns, peak, within }: Lapsed): readonly unknown[] {
  return [at, patterns, listOfSample(peak), ...(within === undefined ? [] : [within])];
}

function lapsedOfList(document: unknown): Lapsed {
  const [at, patterns, peak, within] = aList(document);
  const known = { at: anInteger(at), patterns: aList(patterns).map(aText), peak: sampleOfList(peak) };
  return within === undefined ? known : { ...known, within: anInteger(within) };
}

function formerOfList(document: unknown): HostState["former"] & object {
  const [schema, time] = aList(document);
  return { schema: aText(schema), time: anInteger(time) };
}

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
