import { isPlain } from "../plain-text.ts";
import { NAME_LENGTH_MAX } from "./limits.ts";

/** The rule for names of hosts, groups and metrics, for messages. */
export const NAME_RULE = `use a text of 1 to ${NAME_LENGTH_MAX} characters without control characters`;

export function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= NAME_LENGTH_MAX && isPlain(value);
}

/**
 * The same text by itself. A part of a text keeps the whole of it in memory, so a name that outlives its record would
 * keep the record.
 */
export function detached(text: string): string {
  return Buffer.from(text).toString();
}

const SHOWN_LENGTH = 80;

/** A value for a message: always short. Lists and objects are not opened, as deep ones overflow the stack. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, SHOWN_LENGTH));
  if (Array.isArray(value)) return "[…]";
  return typeof value === "object" && value !== null ? "{…}" : String(value);
}
