import * as v from "valibot";
import { isPlain } from "../plain-text.ts";
import { parseDuration } from "../watch/duration.ts";

/** Kinds of values in the configuration. Each message continues a sentence that begins with the path. */

/** The message about any other value than the expected. */
export const use =
  (expected: string) =>
  ({ input }: { readonly input: unknown }) =>
    `${shown(input)}: use ${expected}`;

/** A value with the description that editors show. */
export function named<const T extends v.GenericSchema>(schema: T, description: string) {
  return v.pipe(schema, v.description(description));
}

/** The same for a key that may be absent. */
export function optional<const T extends v.GenericSchema>(schema: T, description: string) {
  return v.exactOptional(named(schema, description));
}

export function flag() {
  return v.boolean(use("true or false"));
}

/** These keys and no others. */
export function object<const T extends v.ObjectEntries>(entries: T) {
  const keys = Object.keys(entries).join(", ");
  return v.strictObject(entries, ({ expected, received }) => {
    if (expected === "never") return `unknown: use ${keys}`;
    return received === "undefined" ? "missing" : `expected an object of ${keys}`;
  });
}

export function list<const T extends v.GenericSchema>(item: T, max: number, { unique = false } = {}) {
  return v.pipe(
    v.array(item, use("a list, in [ ]")),
    v.maxLength(max, ({ received }) => `${received} entries: at most ${max}`),
    v.check((items) => !unique || new Set(items).size === items.length, "one is in it twice"),
    v.metadata(unique ? { uniqueItems: true } : {}),
  );
}

/** A plain text of 1 to `max` characters. */
export function text(max: number, form?: { readonly pattern: RegExp; readonly example: string }) {
  const wrong = use(form ? `one like ${form.example}` : `a text of 1 to ${max} characters`);
  const bounded = v.pipe(
    v.string(wrong),
    v.minLength(1, wrong),
    v.maxLength(max, wrong),
    v.check(isPlain, "control characters: leave them out"),
  );
  return form ? v.pipe(bounded, v.regex(form.pattern, wrong)) : bounded;
}

export function oneOf<const T extends readonly string[]>(known: T) {
  return v.picklist(known, use(known.join(", ")));
}

export function whole(min: number, max: number) {
  const wrong = use(`a whole number from ${min} to ${max}`);
  return v.pipe(v.number(wrong), v.integer(wrong), v.minValue(min, wrong), v.maxValue(max, wrong));
}

/** JSON has no infinity, but its parser reads a number too large for a double as one. */
export function within(min: number, max: number) {
  const wrong = use(`a number from ${min} to ${max}`);
  return v.pipe(v.number(wrong), v.minValue(min, wrong), v.maxValue(max, wrong));
}

const DURATION = /^\d+(\.\d+)?(ms|s|m|h|d)$/;

/** A duration like 2m. The bounds are milliseconds, and `range` is their text. */
export function durationIn({ min = 0, max = Number.POSITIVE_INFINITY, range = "" } = {}) {
  const wrong = ({ input }: { readonly input: unknown }) =>
    `${shown(input)} is no duration: use a number with a unit, like 2m`;
  return v.pipe(
    v.string(wrong),
    v.regex(DURATION, wrong),
    v.check((input) => {
      const ms = parseDuration(input) ?? min;
      return ms >= min && ms <= max;
    }, use(range)),
  );
}

const SHOWN_MAX = 60;

/** A value for a message, cut to a line. */
export function shown(input: unknown): string {
  const json = typeof input === "number" ? String(input) : JSON.stringify(input);
  return json.length > SHOWN_MAX ? `${json.slice(0, SHOWN_MAX)}…` : json;
}
