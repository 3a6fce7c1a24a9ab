import * as v from "valibot";
import { parseDuration } from "../watch/duration.ts";

/** Kinds of values in the configuration. What they say about others is the second half of a sentence that begins with the path. */

/** What editors show about a value. */
export function named<const T extends v.GenericSchema>(schema: T, description: string) {
  return v.pipe(schema, v.description(description));
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
    v.array(item, ({ input }) => `${shown(input)}: use a list, in [ ]`),
    v.maxLength(max, ({ received }) => `${received} entries: at most ${max}`),
    v.check((items) => !unique || new Set(items).size === items.length, "one is in it twice"),
    v.metadata(unique ? { uniqueItems: true } : {}),
  );
}

/** Not empty, and at most as long. */
export function text(max: number, form?: { readonly pattern: RegExp; readonly example: string }) {
  const expected = form ? `use one like ${form.example}` : `use a text of 1 to ${max} characters`;
  const wrong = ({ input }: { readonly input: unknown }) => `${shown(input)}: ${expected}`;
  const bounded = v.pipe(v.string(wrong), v.minLength(1, wrong), v.maxLength(max, wrong));
  return form ? v.pipe(bounded, v.regex(form.pattern, wrong)) : bounded;
}

export function oneOf<const T extends readonly string[]>(known: T) {
  return v.picklist(known, ({ input }) => `${shown(input)}: use ${known.join(", ")}`);
}

export function whole(min: number, max: number) {
  const wrong = ({ input }: { readonly input: unknown }) => `${shown(input)}: use a whole number from ${min} to ${max}`;
  return v.pipe(v.number(wrong), v.integer(wrong), v.minValue(min, wrong), v.maxValue(max, wrong));
}

/** JSON knows no infinity, but what is too large for a double is read as one. */
export function within(min: number, max: number) {
  const wrong = ({ input }: { readonly input: unknown }) => `${shown(input)}: use a number from ${min} to ${max}`;
  return v.pipe(v.number(wrong), v.minValue(min, wrong), v.maxValue(max, wrong));
}

const DURATION = /^\d+(\.\d+)?(ms|s|m|h|d)$/;

/** Like 2m; the bounds are milliseconds, and `range` says them. */
export function durationIn(bounds?: { readonly min: number; readonly max: number; readonly range: string }) {
  const wrong = ({ input }: { readonly input: unknown }) =>
    `${shown(input)} is no duration: use a number with a unit, like 2m`;
  return v.pipe(
    v.string(wrong),
    v.regex(DURATION, wrong),
    v.check(
      (input) => !bounds || isWithin(parseDuration(input), bounds),
      ({ input }) => `${shown(input)}: use ${bounds?.range}`,
    ),
  );
}

function isWithin(ms: number | undefined, { min, max }: { readonly min: number; readonly max: number }): boolean {
  return ms === undefined || (ms >= min && ms <= max);
}

const SHOWN_MAX = 60;

function shown(input: unknown): string {
  const json = typeof input === "number" ? String(input) : JSON.stringify(input);
  return json.length > SHOWN_MAX ? `${json.slice(0, SHOWN_MAX)}…` : json;
}
