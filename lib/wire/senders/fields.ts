import { isObject } from "../../json.ts";
import { VALUE_MAX } from "../limits.ts";
import type { Fields } from "./point.ts";

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** Longer texts are no numbers, and would cost time. */
const NUMBER_LENGTH_MAX = 40;

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function objectsIn(value: unknown): readonly Fields[] {
  return listOf(value).filter(isObject);
}

/** An object's fields; none for other values. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

export function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A finite number that is not beyond the limit, from a number or a text of one. */
export function numberIn(value: unknown): number | undefined {
  const isText = typeof value === "string" && value.length <= NUMBER_LENGTH_MAX && NUMBER.test(value);
  const number = isText ? Number(value) : value;
  return typeof number === "number" && Math.abs(number) <= VALUE_MAX ? number : undefined;
}

const TIME_KEYS = ["time", "timestamp", "ts", "@timestamp", "date"];

/** The time under any of the names that senders give it; null is absent. */
export function timeIn(fields: Fields): unknown {
  for (const key of TIME_KEYS) {
    const time = fields[key];
    if (time !== undefined && time !== null) return time;
  }
  return undefined;
}

export function isTimeKey(key: string): boolean {
  return TIME_KEYS.includes(key);
}

/** The average of numbers; undefined without one. */
export function meanOf(values: readonly unknown[]): number | undefined {
  const numbers = values.flatMap((value) => numberIn(value) ?? []);
  return numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
