import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { HistoryChunk } from "../watch/history.ts";
import type { Schema } from "../wire/samples.ts";
import { withUnits } from "../wire/schemas.ts";
import { bytes, has, malformed, number, readBytes, readNumber, readText, type Stored, text } from "./attributes.ts";
import { definedAttribute, withDefined } from "./defined-attribute.ts";
import { bytesOfFloats, floatsOfBytes } from "./floats.ts";
import { reader, written } from "./formats.ts";
import { itemSize } from "./item-size.ts";
import type { Item } from "./item-table.ts";
import { bytesOfTimes, timesOfBytes } from "./times.ts";
import { readUnits, unitAttribute } from "./unit-attribute.ts";

/** An item holds 400 KB; the request around it takes some of that. */
const CHUNK_BYTES_MAX = 350 * 1024;

/** Halves the bytes of usual metrics. A larger window would cost more to set up than it saves on a few rows. */
const DEFLATE = { level: 1, windowBits: 12, memLevel: 5 } as const;
/** A row or two hardly shrink, packing them takes longer than scoring them, and DynamoDB bills whole kilobytes. */
const PACKED_FROM_BYTES = 512;
/** The smallest buffer that zlib takes. */
const BUFFER_BYTES_MIN = 64;

/** `first` is the time of the item's first sample. */
export function historyKey(host: string, first: number): Item {
  return { host: text(host), time: number(first) };
}

/** A chunk as one item, or as several when it is too large. `expires` is in seconds since the epoch. */
export function itemsOfChunk(chunk: HistoryChunk, expires: number): readonly Item[] {
  const rows = chunk.times.length;
  const width = chunk.schema.names.length;
  const first = chunk.times[0];
  if (first === undefined) throw new RangeError(`chunk of ${chunk.host} without samples`);
  if (chunk.flags.length !== rows || chunk.values.length !== rows * width) {
    throw new RangeError(
      `chunk of ${chunk.host}: ${rows} times, ${chunk.flags.length} flags and ${chunk.values.length} values of ${width} features`,
    );
  }
  const item = written("chunk", {
    ...historyKey(chunk.host, first),
    expires: number(expires),
    schema: text(chunk.schema.id),
    times: bytes(bytesOfTimes(chunk.times)),
    values: bytes(deflate(bytesOfFloats(chunk.values))),
    flags: bytes(chunk.flags),
    ...definedAttribute(chunk.schema),
    ...unitAttribute("units", chunk.schema.names, chunk.schema.units),
    ...judgeAttribute(chunk),
  });
  if (rows === 1 || itemSize(item) <= CHUNK_BYTES_MAX) return [item];
  const half = rows >> 1;
  return [slice(chunk, 0, half), slice(chunk, half, rows)].flatMap((part) => itemsOfChunk(part, expires));
}

/** The part of a chunk that a reader needs before it looks up the schema. */
export const headOfItem = reader("chunk", (stored) => ({
  schema: readText(stored, "schema"),
  expires: readNumber(stored, "expires"),
}));

export const chunkReader = (schema: Schema) => reader("chunk", (stored) => readChunk(stored, schema));

function readChunk(stored: Stored, schema: Schema): HistoryChunk {
  const times = Float64Array.from(readBytes(stored, "times", timesOfBytes));
  const count = times.length * schema.names.length;
  const flags = readBytes(stored, "flags", (value) => Uint8Array.from(value));
  if (times[0] !== readNumber(stored, "time")) throw malformed("times", `begin with ${times[0]}`);
  if (flags.length !== times.length) throw malformed("flags", `${flags.length} for ${times.length} times`);
  const values = readBytes(stored, "values", (value) => floatsOfBytes(inflate(value, 8 * count)));
  const units = readUnits(stored, "units", schema.names);
  const judge = readJudge(stored);
  return {
    host: readText(stored, "host"),
    schema: withUnits(withDefined(stored, schema), units),
    ...{ times, values, flags },
    ...(judge ? { judge } : {}),
  };
}

/**
 * The version that judged a chunk, as `h12` or `g3`: of the host's own baseline or of its group's. It takes some six
 * bytes, so that few chunks cost another write unit.
 */
function judgeAttribute({ judge }: HistoryChunk): Item {
  return judge ? { by: text(`${judge.isGroups ? "g" : "h"}${judge.version}`) } : {};
}

function readJudge(stored: Stored): HistoryChunk["judge"] {
  if (!has(stored, "by")) return undefined;
  const by = readText(stored, "by");
  const [, owner, version] = /^([gh])(\d{1,15})$/.exec(by) ?? [];
  if (version === undefined) throw malformed("by", `is ${by}`);
  return { version: Number(version), isGroups: owner === "g" };
}

/** Raw deflate. zlib's own buffers have 16 KB: they would take more time than the work, and memory keeps them whole. */
function deflate(value: Uint8Array): Uint8Array {
  if (value.length < PACKED_FROM_BYTES) return storedBlock(value);
  return deflateRawSync(value, { ...DEFLATE, chunkSize: value.length + BUFFER_BYTES_MIN });
}

function inflate(value: Uint8Array, expected: number): Uint8Array {
  const inflated =
    contentOfStored(value) ??
    inflateRawSync(value, { maxOutputLength: expected, chunkSize: Math.max(expected, BUFFER_BYTES_MIN) });
  if (inflated.length !== expected) throw new RangeError(`expected ${expected} bytes, found ${inflated.length}`);
  return inflated;
}

/** A last block without compression: its length, the complement of that (RFC 1951, section 3.2.4), and the bytes. */
const BLOCK_HEAD_BYTES = 5;

function storedBlock(value: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_HEAD_BYTES + value.length);
  const { length } = value;
  block.set([1, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff]);
  block.set(value, BLOCK_HEAD_BYTES);
  return block;
}

/** Undefined when the bytes are not one such block. */
function contentOfStored(block: Uint8Array): Uint8Array | undefined {
  const content = block.subarray(BLOCK_HEAD_BYTES);
  const isStored = block[0] === 1 && content.length === (block[1] ?? 0) + 256 * (block[2] ?? 0);
  return isStored ? content : undefined;
}

function slice({ host, schema, times, values, flags, judge }: HistoryChunk, from: number, to: number): HistoryChunk {
  const width = schema.names.length;
  return {
    host,
    schema,
    times: times.subarray(from, to),
    values: values.subarray(from * width, to * width),
    flags: flags.subarray(from, to),
    ...(judge ? { judge } : {}),
  };
}
