/** A parser for a part of a JSON document: returns the value with its type, or throws what it expected and found. */
export type Parse<T> = (value: unknown) => T;

export function aText(value: unknown): string {
  return typeof value === "string" ? value : unexpected("a text", value);
}

export function aNumber(value: unknown): number {
  return typeof value === "number" ? value : unexpected("a number", value);
}

/** JSON has no NaN: null stands for it. */
export function aNumberOrNaN(value: unknown): number {
  return value === null ? Number.NaN : aNumber(value);
}

/** Times, counts and versions. */
export function anInteger(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : unexpected("a whole number", value);
}

export function aFlag(value: unknown): boolean {
  return typeof value === "boolean" ? value : unexpected("true or false", value);
}

/** A field that is either absent or true. */
export function aMark(): true {
  return true;
}

export function aList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : unexpected("a list", value);
}

export function listOf<T>(parse: Parse<T>): Parse<readonly T[]> {
  return (value) => aList(value).map(parse);
}

export const texts = listOf(aText);

export function anObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return unexpected("an object", value);
  return value as Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, Parse<unknown>>>;
type Parsed<F extends Fields> = { readonly [Name in keyof F]: ReturnType<F[Name]> };

/** An object with these fields, and with the present ones of `optional`. Other fields are left out. */
export function objectOf<R extends Fields, O extends Fields = Record<never, never>>(
  required: R,
  optional?: O,
): Parse<Parsed<R> & Partial<Parsed<O>>> {
  return (value) => {
    const object = anObject(value);
    const present = Object.entries(optional ?? {}).filter(([name]) => object[name] !== undefined);
    const fields = [...Object.entries(required), ...present].map(([name, parse]) => [name, parse(object[name])]);
    // The types of Object.entries do not say which parser belongs to which name.
    return Object.fromEntries(fields) as Parsed<R> & Partial<Parsed<O>>;
  };
}

export function oneOf<T extends string>(options: readonly T[], value: unknown): T {
  return options.find((option) => option === value) ?? unexpected(options.join(" or "), value);
}

function unexpected(expected: string, value: unknown): never {
  throw new TypeError(`expected ${expected}, found ${JSON.stringify(value)?.slice(0, 80)}`);
}
