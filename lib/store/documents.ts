/** Checks for the parts of a parsed JSON document: each returns the value as what it should be, or throws. */

export function aText(value: unknown): string {
  return typeof value === "string" ? value : unexpected("a text", value);
}

export function aNumber(value: unknown): number {
  return typeof value === "number" ? value : unexpected("a number", value);
}

/** Times, counts and versions. */
export function anInteger(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : unexpected("a whole number", value);
}

export function aFlag(value: unknown): boolean {
  return typeof value === "boolean" ? value : unexpected("true or false", value);
}

export function aList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : unexpected("a list", value);
}

export function texts(value: unknown): readonly string[] {
  return aList(value).map(aText);
}

export function anObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : unexpected("an object", value);
}

export function oneOf<T extends string>(options: readonly T[], value: unknown): T {
  return options.find((option) => option === value) ?? unexpected(options.join(" or "), value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unexpected(expected: string, value: unknown): never {
  throw new TypeError(`expected ${expected}, found ${JSON.stringify(value)?.slice(0, 80)}`);
}
