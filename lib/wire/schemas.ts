import { createHash } from "node:crypto";
import { METRICS_MAX } from "./limits.ts";
import { isName, NAME_RULE, shown } from "./name.ts";
import type { Schema } from "./samples.ts";

/** More than any fleet's kinds of host; an attacker's made-up names push out the oldest, no more. */
const SCHEMAS_MAX = 1_000;

/** The schemas seen by this process. Holds no more than its limit; the oldest goes first. */
export class Schemas {
  readonly #byId = new Map<string, Schema>();
  #latest: Schema | undefined;

  get(id: string): Schema | undefined {
    return this.#byId.get(id);
  }

  /** The schema of this list of names; the same object for the same list. */
  of(names: readonly string[]): Schema {
    const id = schemaId(names);
    const known = this.#byId.get(id);
    if (known) return known;
    const schema = { id, names };
    const oldest = this.#byId.keys().next().value;
    if (this.#byId.size >= SCHEMAS_MAX && oldest !== undefined) this.#byId.delete(oldest);
    this.#byId.set(id, schema);
    return schema;
  }

  /** The schema of a plain-JSON sample: its names, sorted. The latest is tried first: most samples share it. */
  ofMetrics(metrics: object): Schema | { readonly problem: string } {
    const names = Object.keys(metrics);
    if (this.#latest?.names.length === names.length && this.#latest.names.every((name) => Object.hasOwn(metrics, name)))
      return this.#latest;
    names.sort();
    const problem = problemOfNames(names);
    if (problem) return { problem };
    this.#latest = this.of(names);
    return this.#latest;
  }
}

export const SCHEMA_ID = /^[0-9a-f]{8}$/;

/** Eight hexadecimal digits: agents and scorers compute the same from the same names. */
export function schemaId(names: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(names)).digest("hex").slice(0, 8);
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
