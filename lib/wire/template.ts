import {
  BACKSLASH,
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  isDigit,
  isSpace,
  MINUS,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
} from "./ascii.ts";
import { METRICS_MAX } from "./limits.ts";
import type { Schema } from "./samples.ts";

/** What a value is of: a metric (its index in the schema), or one of these. */
export const Slot = { host: -1, group: -2, time: -3, times: -4, rows: -5, ignored: -6 } as const;

/** A record with its values cut out: literal, slot, literal, slot, …, tail. */
export interface Template {
  readonly schema: Schema;
  /** The bytes before each slot, one after the other. */
  readonly literals: Uint8Array;
  /** Where in them the literal before each slot ends. */
  readonly ends: readonly number[];
  readonly slots: readonly number[];
  /** The bytes after the last slot. */
  readonly tail: Uint8Array;
}

/** The names of 256 metrics, 60 characters each. */
const LITERALS_MAX = 16 * 1024;

/**
 * The template of a record that is one object, was read in full and has given this schema. Undefined for one that cannot
 * be read by a template: where a name comes twice, or the rows come before their times.
 */
export function templateOf(bytes: Buffer, schema: Schema): Template | undefined {
  const cuts = cutsOf(bytes, schema);
  if (!cuts || cuts.reduce((left, { start, end }) => left - (end - start), bytes.length) > LITERALS_MAX)
    return undefined;
  const ends: number[] = [];
  const literals: Buffer[] = [];
  let from = 0;
  for (const { start, end } of cuts) {
    literals.push(bytes.subarray(from, start));
    ends.push((ends.at(-1) ?? 0) + start - from);
    from = end;
  }
  const slots = cuts.map(({ slot }) => slot);
  return { schema, literals: Buffer.concat(literals), ends, slots, tail: Buffer.from(bytes.subarray(from)) };
}

/** Where in a record a value is, and what it is of. */
interface Cut {
  readonly slot: number;
  readonly start: number;
  readonly end: number;
}

const PLAIN = new Map([
  ["host", Slot.host],
  ["group", Slot.group],
  ["time", Slot.time],
]);
const V1 = new Map([
  ["host", Slot.host],
  ["group", Slot.group],
  ["t", Slot.times],
  ["rows", Slot.rows],
]);

/** Fields of record v1 that a template holds as they are. */
const OF_SCHEMA: ReadonlySet<string> = new Set(["v", "names", "schema"]);

function cutsOf(bytes: Buffer, { names }: Schema): Cut[] | undefined {
  const members = membersOf(bytes, bytes.indexOf(OPENING_BRACE));
  const keys = members.map(({ key }) => key);
  const isV1 = keys.includes("v");
  const metrics = new Map(names.map((name, slot) => [name, slot]));
  const cuts = members.flatMap(({ key, start, end }): Cut[] => {
    const slot = (isV1 ? V1 : PLAIN).get(key);
    if (slot !== undefined) return [{ slot, start, end }];
    if (!isV1 && key === "metrics")
      return membersOf(bytes, start).map(({ key, start, end }) => ({
        slot: metrics.get(key) ?? Slot.ignored,
        start,
        end,
      }));
    // What is not read may change: the agent's boot and seq, say.
    return isTextOrNumber(bytes[start]) && !(isV1 && OF_SCHEMA.has(key)) ? [{ slot: Slot.ignored, start, end }] : [];
  });
  const isWhole = isV1
    ? keys.indexOf("t") < keys.indexOf("rows")
    : cuts.filter(({ slot }) => slot >= 0).length === names.length;
  return isWhole ? cuts : undefined;
}

interface Member {
  readonly key: string;
  /** Of its value. */
  readonly start: number;
  readonly end: number;
}

/** The members of the object at `at`, which is sound JSON; none when there are very many or two of one name. */
function membersOf(bytes: Buffer, start: number): Member[] {
  const members = new Map<string, Member>();
  let at = pastSpace(bytes, start + 1);
  while (bytes[at] === QUOTE) {
    const end = endOfText(bytes, at);
    const key: string = JSON.parse(bytes.toString("utf8", at, end));
    const value = pastSpace(bytes, pastSpace(bytes, end) + 1);
    if (members.has(key) || members.size === METRICS_MAX) return [];
    at = endOfValue(bytes, value);
    members.set(key, { key, start: value, end: at });
    at = pastSpace(bytes, at);
    if (bytes[at] === COMMA) at = pastSpace(bytes, at + 1);
  }
  return [...members.values()];
}

function endOfValue(bytes: Buffer, start: number): number {
  let at = start;
  let depth = 0;
  do {
    const byte = bytes[at];
    if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth++;
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) depth--;
    at = byte === QUOTE ? endOfText(bytes, at) : at + 1;
  } while (depth > 0 || !endsValue(bytes[at]));
  return at;
}

function endsValue(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSING_BRACE || byte === CLOSING_BRACKET || isSpace(byte);
}

function isTextOrNumber(first: number | undefined): boolean {
  return first === QUOTE || first === MINUS || isDigit(first);
}

function endOfText(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function pastSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (isSpace(bytes[at])) at++;
  return at;
}
