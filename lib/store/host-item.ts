import { emptyCrossings } from "../model/crossings.ts";
import type { NoticeKind } from "../watch/incident.ts";
import { type IngestCounts, NOTHING_COUNTED } from "../watch/ingest.ts";
import type { HostState, UnsentNotice } from "../watch/state.ts";
import {
  bytes,
  flag,
  has,
  json,
  number,
  opened,
  packedJson,
  readBytes,
  readFlag,
  readJson,
  readNumber,
  readPackedJson,
  readText,
  type Stored,
  text,
  written,
} from "./attributes.ts";
import { bytesOfRises, risesOfBytes } from "./crossings-bytes.ts";
import { aList, aNumber, anInteger, aText, oneOf } from "./documents.ts";
import { bytesOfFloats, floatsOfBytes, singlesOfBytes } from "./floats.ts";
import { documentOfIncident, incidentOfDocument, listOfWorst, referenceOf, worstOfList } from "./incident-document.ts";
import type { Item } from "./item-table.ts";
import { bytesOfMemory, memoryOfBytes } from "./memory-bytes.ts";
import { bytesOfTimes, timesOfBytes } from "./times.ts";
import { bytesOfVarints, varintsOfBytes } from "./varints.ts";
import { type About, bytesOfVerdict, type HostVerdict, verdictOfBytes } from "./verdict-bytes.ts";

/** Partition of the sparse index: only items with unsent notices carry the attribute. */
export const UNSENT = "1";

/**
 * A host's state as an item. It is written for every record, and DynamoDB counts names as well, in steps of 1 KB
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html), hence the letters:
 *
 * | name | holds | | name | holds |
 * |---|---|---|---|---|
 * | r | revision | | v | verdict (verdict-bytes.ts); absent while learning |
 * | g | group | | w | window |
 * | n | seen | | u | suspects (incident-document.ts), packed; absent without any |
 * | t | newest; absent where it is the last applied | | c | calm |
 * | a | arrived | | i | incident (incident-document.ts); absent without one |
 * | p | applied (times.ts) | | k | clock ahead; absent unless it is |
 * | s | schema, its eight digits as four bytes | | q | unsent notices [[kind, id, opened, revision, since], …]; absent without any |
 * | d | vector, doubles: changes are told from it | | m | memory (memory-bytes.ts); absent without one |
 * | e | since and crossings (crossings-bytes.ts); absent before the first sample | | l | interval; absent while unknown |
 * | z | retired; absent unless it is | | o | openings (times.ts); absent without any |
 * | h | rules that hold [[text, since], …]; absent without any | | f | ingest: duplicates, late, rejected (varints.ts); absent while all are 0 |
 *
 * Before there was a memory, x held the vector in singles, s was a string and v the JSON of [score, epsilon, owner, version].
 */
export function itemOfHost(state: HostState): Item {
  const { verdict, memory, suspects, rules, incident, unsent } = state;
  const ingest = countsOf(state.ingest);
  return written({
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
    ...(state.since > 0 ? { e: bytes(bytesOfRises(state)) } : {}),
    ...(memory ? { m: bytes(bytesOfMemory(memory)) } : {}),
    w: number(state.window),
    ...(suspects.length > 0 ? { u: packedJson(suspects.map(listOfWorst)) } : {}),
    ...(rules.length > 0 ? { h: json(rules.map(({ text, since }) => [text, since])) } : {}),
    c: number(state.calm),
    ...(incident ? { i: json(documentOfIncident(incident)) } : {}),
    ...(state.openings.length > 0 ? { o: bytes(bytesOfTimes(state.openings)) } : {}),
    ...(state.clockAhead ? { k: flag(true) } : {}),
    ...(unsent.length > 0 ? { unsent: text(UNSENT), q: json(unsent.map(documentOfNotice)) } : {}),
  });
}

export function hostOfItem(item: Item): HostState {
  const stored = opened("hosts", item);
  const host = readText(stored, "host");
  const group = readText(stored, "g");
  const applied = readBytes(stored, "p", timesOfBytes);
  const memory = has(stored, "m") ? readBytes(stored, "m", memoryOfBytes) : undefined;
  const verdict = has(stored, "v") ? readVerdict(stored, { host, group, memory }) : undefined;
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
    applied,
    schema: item.s?.S ?? readBytes(stored, "s", (value) => Buffer.from(value).toString("hex")),
    vector: has(stored, "x")
      ? readBytes(stored, "x", singlesOfBytes)
      : readBytes(stored, "d", (value) => checkedVector(floatsOfBytes(value))),
    ...(verdict ? { verdict } : {}),
    ...(memory ? { memory } : {}),
    window: readNumber(stored, "w"),
    suspects: has(stored, "u") ? readPackedJson(stored, "u", suspectsOfList) : [],
    rules: has(stored, "h") ? readJson(stored, "h", rulesOfList) : [],
    calm: readNumber(stored, "c"),
    ...(has(stored, "i") ? { incident: readJson(stored, "i", (document) => incidentOfDocument(document, host)) } : {}),
    openings: has(stored, "o") ? readBytes(stored, "o", timesOfBytes) : [],
    clockAhead: has(stored, "k") && readFlag(stored, "k"),
    unsent: has(stored, "q") ? readJson(stored, "q", (list) => aList(list).map(noticeOfDocument)) : [],
  };
}

/** The counts up to the last that is not 0: of most hosts nothing was ever rejected, of a clean one there is nothing to write. */
function countsOf({ duplicates, late, rejected }: IngestCounts): readonly number[] {
  const counts = [duplicates, late, rejected];
  return counts.slice(0, counts.findLastIndex((count) => count !== 0) + 1);
}

function ingestOfBytes(value: Uint8Array): IngestCounts {
  const [duplicates = 0, late = 0, rejected = 0, ...more] = varintsOfBytes(value).map(anInteger);
  if (more.length > 0) throw new RangeError(`${3 + more.length} counts instead of 3`);
  return { duplicates, late, rejected };
}

function suspectsOfList(list: unknown): HostState["suspects"] {
  return aList(list).map((one) => worstOfList(aList(one)));
}

function rulesOfList(list: unknown): HostState["rules"] {
  return aList(list).map((one) => {
    const [text, since] = aList(one);
    return { text: aText(text), since: anInteger(since) };
  });
}

/** Missing values are NaN. */
function checkedVector(vector: Float64Array): Float64Array {
  if (vector.some((x) => Math.abs(x) === Number.POSITIVE_INFINITY)) throw new RangeError("a number is infinite");
  return vector;
}

function readVerdict(stored: Stored, about: About): HostVerdict {
  if (stored.item.v?.S !== undefined) return readJson(stored, "v", verdictOfDocument);
  return readBytes(stored, "v", (value) => verdictOfBytes(value, about));
}

function verdictOfDocument(document: unknown): HostVerdict {
  const [score, epsilon, owner, version] = aList(document);
  return { score: aNumber(score), epsilon: aNumber(epsilon), baseline: referenceOf(owner, version) };
}

const NOTICE_KINDS: readonly NoticeKind[] = ["opened", "worsened", "unstable", "shifted", "reminder", "resolved"];

export function documentOfNotice({ kind, id, opened, revision, since }: UnsentNotice): unknown {
  const dated = since === undefined ? [] : [since];
  return [kind, id, opened, ...(revision === undefined && dated.length === 0 ? [] : [revision ?? null]), ...dated];
}

/** A notice owed, as `[kind, id, opened, revision, since]`; the last two only where they are known. */
export function noticeOfDocument(document: unknown): UnsentNotice {
  const [kind, id, opened, revision, since] = aList(document);
  return {
    kind: oneOf(NOTICE_KINDS, kind),
    id: aText(id),
    opened: anInteger(opened),
    ...(revision === undefined || revision === null ? {} : { revision: anInteger(revision) }),
    ...(since === undefined ? {} : { since: anInteger(since) }),
  };
}
