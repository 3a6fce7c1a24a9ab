import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { METRICS_MAX } from "./limits.ts";
import { isName, NAME_RULE, shown } from "./name.ts";
import type { Schema } from "./samples.ts";
import type { Units } from "./unit-text.ts";

/** More than any fleet's kinds of host. An attacker's made-up names only push out the oldest. */
const SCHEMAS_MAX = 1_000;

/** The schemas seen by this process, one for each id. Holds no more than its limit; the oldest goes first. */
export class Schemas {
  readonly #byId = new Map<string, Schema>();
  readonly #declared = new WeakMap<Schema, Schema>();
  #latest: Schema | undefined;

  get(id: string): Schema | undefined {
    return this.#byId.get(id);
  }

  /** The schema of this list of names, the same object for the same list; a problem where the id has another list. */
  of(names: readonly string[], id = schemaId(names)): Schema | Problem {
    const known = this.#byId.get(id);
    if (known) return isSameList(known.names, names) ? known : { problem: problemOfId(id) };
    const schema = { id, names };
    const oldest = this.#byId.keys().next().value;
    if (this.#byId.size >= SCHEMAS_MAX && oldest !== undefined) this.#byId.delete(oldest);
    this.#byId.set(id, schema);
    return schema;
  }

  /** The schema with declared units, the same object for the same ones: its samples make one part. */
  declaring(schema: Schema, units: Units | undefined): Schema {
    if (!units) return schema;
    const known = this.#declared.get(schema);
    if (known && isDeepStrictEqual(known.units, units)) return known;
    const declared = { ...schema, units };
    this.#declared.set(schema, declared);
    return declared;
  }

  /** Drops a schema whose id turned out to have another list of names. */
  forget({ id }: Schema): void {
    this.#byId.delete(id);
    if (this.#latest?.id === id) this.#latest = undefined;
  }

  /** The schema of a plain-JSON sample: its names, sorted. The latest is tried first: most samples share it. */
  ofMetrics(metrics: object): Schema | Problem {
    const names = Object.keys(metrics);
    if (this.#latest?.names.length === names.length && this.#latest.names.every((name) => Object.hasOwn(metrics, name)))
      return this.#latest;
    names.sort();
    const problem = problemOfNames(names);
    if (problem) return { problem };
    const schema = this.of(names);
    if (!("problem" in schema)) this.#latest = schema;
    return schema;
  }
}

interface Problem {
  readonly problem: string;
}

/** Eight digits collide among 100,000 lists of names; version 0.2.0 and its agents used them. */
export const SCHEMA_ID = /^(?:[0-9a-f]{16}|[0-9a-f]{8})$/;

/** Sixteen hexadecimal digits: agents and scorers compute the same from the same names. */
export function schemaId(names: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(names)).digest("hex").slice(0, 16);
}

/** The schema of these names, with the definitions of those that are in `defined`. */
export function schemaWith(
  names: readonly string[],
  defined: Readonly<Record<string, string | undefined>> = {},
): Schema {
  const own = names.flatMap((name) => (Object.hasOwn(defined, name) && defined[name] ? [[name, defined[name]]] : []));
  return { id: schemaId(names), names, ...(own.length > 0 ? { defined: Object.fromEntries(own) } : {}) };
}

/** The schema with these units, or without any. */
export function withUnits({ units: _, ...schema }: Schema, units: Units | undefined): Schema {
  return units ? { ...schema, units } : schema;
}

/** Undefined for a metric as it was sent. */
export function definitionOf({ defined }: Schema, name: string): string | undefined {
  return defined && Object.hasOwn(defined, name) ? defined[name] : undefined;
}

/** Whether two schemas have the same metrics in the same order. */
export function isSameSchema(a: Schema, b: Schema): boolean {
  return a.id === b.id && (a.defined === b.defined || isDeepStrictEqual(a.defined, b.defined));
}

/** Where a schema has a metric of another one; −1 if it lacks it, or defines it otherwise. */
export function placeIn(schema: Schema, name: string, of: Schema): number {
  return definitionOf(schema, name) === definitionOf(of, name) ? schema.names.indexOf(name) : -1;
}

/** Whether this is the id of these names, or the short one that version 0.2.0 gave them. */
export function isIdOf(id: unknown, names: readonly string[]): id is string {
  return typeof id === "string" && SCHEMA_ID.test(id) && schemaId(names).startsWith(id);
}

export function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

/** Why a record with these names is rejected. */
export function problemOfId(id: string): string {
  return `schema ${id}: other names have this id; send an id of 16 digits, or rename a metric`;
}

/** Why these cannot be the names of a schema, or undefined when they can. */
export function problemOfNames(names: readonly unknown[]): string | undefined {
  if (names.length === 0) return "no metrics: send at least one";
  if (names.length > METRICS_MAX) return `${names.length} metrics: send at most ${METRICS_MAX}`;
  const seen = new Set<unknown>();
  for (const name of names) {
    if (!isName(name)) return `metric name ${shown(name)}: ${NAME_RULE}`;
    if (name === "__proto__") return 'metric name "__proto__": choose another';
    if (seen.has(name)) return `metric name ${shown(name)} twice: names must differ`;
    seen.add(name);
  }
  return undefined;
}
