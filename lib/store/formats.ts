import { messageOf } from "../errors.ts";
import type { TableName } from "../resources.ts";
import { keyInWords, number, type Stored } from "./attributes.ts";
import type { Item } from "./item-table.ts";

interface Rules {
  readonly table: TableName;
  /** The number of the rules by which this program writes the kind. */
  readonly format: number;
  /** The oldest rules that this program still reads. */
  readonly oldest?: number;
  /** The newest rules that this program reads already; the next release may write by them. */
  readonly newest?: number;
}

/**
 * Where each kind of item is stored, and in which formats. A release that changes a format reads it first, and only the
 * release after that writes it. So a deployment can go back by one release and lose nothing (docs/operating.md).
 */
const KINDS = {
  host: { table: "hosts", format: 1 },
  baseline: { table: "baselines", format: 2, oldest: 1 },
  part: { table: "baselines", format: 1 },
  schema: { table: "baselines", format: 1 },
  rows: { table: "baselines", format: 1 },
  budget: { table: "baselines", format: 1 },
  progress: { table: "baselines", format: 1 },
  chunk: { table: "history", format: 2, oldest: 1 },
  incident: { table: "incidents", format: 1 },
  silence: { table: "alerting", format: 1 },
  desk: { table: "alerting", format: 1 },
  allowance: { table: "alerting", format: 1 },
  announced: { table: "alerting", format: 1 },
  refusal: { table: "alerting", format: 1 },
  audit: { table: "alerting", format: 1 },
  label: { table: "alerting", format: 1 },
  quiet: { table: "alerting", format: 1 },
  event: { table: "alerting", format: 1 },
} as const satisfies Record<string, Rules>;

export type Kind = keyof typeof KINDS;

/** An item that this program cannot read: another version wrote it, or something damaged it. */
export interface Unreadable extends Stored {
  /** Where the item is and what is wrong with it: one line without a full stop. */
  readonly problem: string;
}

/** The content of an item, or why this program cannot read it. */
export type Reading<T> = { readonly value: T } | { readonly unreadable: Unreadable };

/** The attributes of an item with the format that they are written in. */
export function written(kind: Kind, attributes: Item): Item {
  return { ...attributes, format: number(KINDS[kind].format) };
}

/** A reader of items of this kind. It reports an item of another format, and one at which `parse` throws. */
export function reader<T>(kind: Kind, parse: (stored: Stored) => T): (item: Item) => Reading<T> {
  const { table }: Rules = KINDS[kind];
  return (item) => {
    const stored = { table, item };
    try {
      checkFormat(kind, item);
      return { value: parse(stored) };
    } catch (error) {
      const place = `table ${table}, item with ${keyInWords(stored)}`;
      return { unreadable: { ...stored, problem: `${place}, ${messageOf(error)}` } };
    }
  };
}

function checkFormat(kind: Kind, { format: stored }: Item): void {
  const { format, oldest = format, newest = format }: Rules = KINDS[kind];
  const found = stored?.N === undefined ? undefined : Number(stored.N);
  if (found !== undefined && found >= oldest && found <= newest) return;
  const readable = oldest === newest ? `${format}` : `${oldest} to ${newest}`;
  throw new RangeError(`attribute format: this program reads ${readable}, found ${found ?? "nothing"}`);
}

/** Reads each item once: tables in memory return the same items again, and nobody changes what was read. */
export function once<T>(read: (item: Item) => Reading<T>): (item: Item) => Reading<T> {
  const known = new WeakMap<Item, Reading<T>>();
  return (item) => {
    const before = known.get(item);
    if (before) return before;
    const reading = read(item);
    known.set(item, reading);
    return reading;
  };
}

/** The values of the readable items, in their order. */
export function valuesOf<T>(readings: readonly Reading<T>[]): readonly T[] {
  return readings.flatMap((reading) => ("value" in reading ? [reading.value] : []));
}

/** The value of a reading; throws for an item that this program cannot read. */
export function accepted<T>(reading: Reading<T>): T {
  if ("value" in reading) return reading.value;
  throw new Error(reading.unreadable.problem);
}
