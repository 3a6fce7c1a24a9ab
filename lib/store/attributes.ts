import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { messageOf } from "../errors.ts";
import type { TableName } from "../resources.ts";
import { oneOf, type Parse } from "./documents.ts";
import { type Item, keyNames } from "./item-table.ts";

/** An item as a table returned it. Every `read…` below throws an error that names the attribute. */
export interface Stored {
  readonly table: TableName;
  readonly item: Item;
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

export function json(value: unknown): AttributeValue {
  return { S: stringify(value) };
}

/** JSON.stringify would silently write null for a number that is not finite. */
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

export function readOneOf<T extends string>(stored: Stored, name: string, options: readonly T[]): T {
  const value = readText(stored, name);
  return parsed(name, () => oneOf(options, value));
}

export function readNumber(stored: Stored, name: string): number {
  const value = Number(stored.item[name]?.N ?? Number.NaN);
  return Number.isFinite(value) ? value : mismatch(stored, name, "a number (N)");
}

export function readFlag(stored: Stored, name: string): boolean {
  return stored.item[name]?.BOOL ?? mismatch(stored, name, "a boolean (BOOL)");
}

export function readBytes<T>(stored: Stored, name: string, parse: (value: Uint8Array) => T): T {
  const value = stored.item[name]?.B ?? mismatch(stored, name, "binary (B)");
  return parsed(name, () => parse(value));
}

export function readJson<T>(stored: Stored, name: string, parse: Parse<T>): T {
  const value = readText(stored, name);
  return parsed(name, () => parse(JSON.parse(value)));
}

/** The error for an attribute that cannot be read: it names the attribute and the problem. */
export function malformed(name: string, problem: string, cause?: unknown): Error {
  return new Error(`attribute ${name}: ${problem}`, cause === undefined ? {} : { cause });
}

/** The key of an item in words, like `host "web-07", opened "1795356000000"`. */
export function keyInWords({ table, item }: Stored): string {
  const { partition, sort } = keyNames(table);
  return [partition, sort].flatMap((name) => (name ? [`${name} ${shown(item[name])}`] : [])).join(", ");
}

function parsed<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw malformed(name, messageOf(cause), cause);
  }
}

function mismatch(stored: Stored, name: string, expected: string): never {
  throw malformed(name, `expected ${expected}, found ${shown(stored.item[name])}`);
}

function shown(value: AttributeValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value.B) return `${value.B.length} bytes`;
  return JSON.stringify(value.S ?? value.N ?? value).slice(0, 80);
}
