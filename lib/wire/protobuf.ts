import { VALUES_MAX } from "./limits.ts";

/** Wire types: https://protobuf.dev/programming-guides/encoding/ */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/**
 * Takes one field of a message: its number, its wire type, and where in the message it begins. Also the number of a
 * varint (exact to 2^53; else 0), and the bytes of all other types.
 */
type Visit = (field: number, type: number, varint: number, bytes: Buffer, start: number) => void;

const NOTHING = Buffer.alloc(0);

/** Visits the fields of a message in their order; false where the bytes stop being a message. */
export function visitFields(bytes: Buffer, visit: Visit): boolean {
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const start = reader.at;
    const key = takeVarint(reader);
    if (key === undefined || key < 8 || key > 0xffff_ffff) return false;
    const type = key % 8;
    const number = Math.floor(key / 8);
    if (type === VARINT) {
      const value = takeVarint(reader);
      if (value === undefined) return false;
      visit(number, type, value, NOTHING, start);
      continue;
    }
    const length = lengthOf(reader, type);
    if (length === undefined || length > bytes.length - reader.at) return false;
    visit(number, type, 0, bytes.subarray(reader.at, reader.at + length), start);
    reader.at += length;
  }
  return true;
}

/** The messages under one number, each a view of the same bytes; at most as many as a record may have values. */
export function messagesIn(message: Buffer, number: number): readonly Buffer[] {
  const found: Buffer[] = [];
  visitFields(message, (field, type, _, content) => {
    if (field === number && type === BYTES && found.length < VALUES_MAX) found.push(content);
  });
  return found;
}

/** The first text under that number; empty if there is none, as in protobuf. */
export function textUnder(message: Buffer, number: number): string {
  return messagesIn(message, number)[0]?.toString() ?? "";
}

/** A field with a length, as `visitFields` reads it. */
export function fieldOf(number: number, content: Buffer): Buffer {
  return Buffer.concat([varintOf(number * 8 + BYTES), varintOf(content.length), content]);
}

export function varintOf(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Buffer.of(...bytes, rest);
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

function lengthOf(reader: Reader, type: number): number | undefined {
  if (type === FIXED64) return 8;
  if (type === BYTES) return takeVarint(reader);
  return type === FIXED32 ? 4 : undefined;
}

/** A varint has at most ten bytes. */
const VARINT_BYTES_MAX = 10;

export function takeVarint(reader: Reader): number | undefined {
  let value = 0;
  for (let i = 0; i < VARINT_BYTES_MAX; i++) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return value;
  }
  return undefined;
}
