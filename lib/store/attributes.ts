import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { TableName } from "../resources.ts";
import { ITEM_BYTES_MAX } from "./item-size.ts";
import { type Item, keyNames } from "./item-table.ts";

/** The rules by which items are written; a program that meets another number must not guess. */
const FORMAT = 1;

/** An item read from a table, not yet trusted. */
export interface Stored {
  readonly table: TableName;
  readonly item: Item;
}

/** The attributes of an item with the format that they are written in. */
export function written(attributes: Item): Item {
  return { ...attributes, format: number(FORMAT) };
}

/** Opens an item for reading; throws when it was written by other rules. */
export function opened(table: TableName, item: Item): Stored {
  const stored = { table, item };
  const format = readNumber(stored, "format");
  if (format !== FORMAT) throw malformed(stored, "format", `this program reads ${FORMAT}, found ${format}`);
  return stored;
}

export function text(value: string): AttributeValue {
  return { S: value };
}

export function number(value: number): AttributeValue {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be stored: finite numbers only`);
  return { N: String(value) };
}

export function flag(value: boolean): AttributeValue {
  return { BOOL: value };
}

export function bytes(value: Uint8Array): AttributeValue {
  return { B: value };
}

/** JSON would turn a number that is not finite into null without a word. */
export function json(value: unknown): AttributeValue {
  return { S: stringify(value) };
}

/** JSON that repeats itself, at about half its size. */
export function packedJson(value: unknown): AttributeValue {
  return { B: deflateRawSync(stringify(value)) };
}

function stringify(value: unknown): string {
  return JSON.stringify(value, (key, part) => {
    if (typeof part !== "number" || Number.isFinite(part)) return part;
    throw new RangeError(`${part} at ${key} cannot be stored: finite numbers only`);
  });
}

export function has({ item }: Stored, name: string): boolean {
  return item[name] !== undefined;
}

export function readText(stored: Stored, name: string): string {
  return stored.item[name]?.S ?? mismatch(stored, name, "a string (S)");
}

export function readNumber(stored: Stored, name: string): number {
  const value = Number(stored.item[name]?.N ?? Number.NaN);
  return Number.isFinite(value) ? value : mismatch(stored, name, "a number (N)");
}

export function readFlag(stored: Stored, name: string): boolean {
  return stored.item[name]?.BOOL ?? mismatch(stored, name, "a boolean (BOOL)");
}

/** `parse` throws when the bytes make no sense. */
export function readBytes<T>(stored: Stored, name: string, parse: (value: Uint8Array) => T): T {
  const value = stored.item[name]?.B ?? mismatch(stored, name, "binary (B)");
  return parsed(stored, name, () => parse(value));
}

/** `parse` throws when the document is not what it should be. */
export function readJson<T>(stored: Stored, name: string, parse: (value: unknown) => T): T {
  const value = readText(stored, name);
  return parsed(stored, name, () => parse(JSON.parse(value)));
}

/** What packed JSON of ours unpacks to would fit an item as well. */
export function readPackedJson<T>(stored: Stored, name: string, parse: (value: unknown) => T): T {
  return readBytes(stored, name, (value) =>
    parse(JSON.parse(inflateRawSync(value, { maxOutputLength: ITEM_BYTES_MAX }).toString())),
  );
}

/** The error for an attribute that cannot be read: which one, of which item, and what about it. */
export function malformed({ table, item }: Stored, name: string, problem: string, cause?: unknown): Error {
  const { partition, sort } = keyNames(table);
  const key = [partition, sort].flatMap((attribute) => (attribute ? [`${attribute} ${shown(item[attribute])}`] : []));
  const message = `table ${table}, item with ${key.join(", ")}, attribute ${name}: ${problem}; repair or delete this item`;
  return new Error(message, cause === undefined ? {} : { cause });
}

function parsed<T>(stored: Stored, name: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw malformed(stored, name, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function mismatch(stored: Stored, name: string, expected: string): never {
  throw malformed(stored, name, `expected ${expected}, found ${shown(stored.item[name])}`);
}

function shown(value: AttributeValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value.B) return `${value.B.length} bytes`;
  return JSON.stringify(value.S ?? value.N ?? value).slice(0, 80);
}
