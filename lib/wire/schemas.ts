import { createHash } from "node:crypto";
import { METRICS_MAX, VALUE_MAX } from "./limits.ts";
import type { Schema } from "./samples.ts";
import { Templates } from "./templates.ts";
import { isName, NAME_RULE, shown } from "./text.ts";

/**
 * Copies the metrics of one plain-JSON sample to `out` at `offset`: the count of values that are no finite number and
 * were therefore taken as missing, or −1 when the metrics are not exactly this schema's.
 */
type Vectorise = (metrics: object, out: Float64Array, offset: number) => number;

export interface KnownSchema extends Schema {
  readonly vectorise: Vectorise;
}

/** More than any fleet's kinds of host; an attacker's made-up names push out the oldest, no more. */
const SCHEMAS_MAX = 1_000;

/** The schemas seen by this process. Holds no more than its limit; the oldest goes first. */
export class Schemas {
  readonly #byId = new Map<string, KnownSchema>();
  #latest: KnownSchema | undefined;
  /** What records of these schemas look like. */
  readonly templates = new Templates();

  get(id: string): KnownSchema | undefined {
    return this.#byId.get(id);
  }

  /** The schema of this list of names; the same object for the same list. */
  of(names: readonly string[]): KnownSchema {
    const id = schemaId(names);
    const known = this.#byId.get(id);
    if (known) return known;
    const schema = { id, names, vectorise: compileVectorise(names) };
    const oldest = this.#byId.keys().next().value;
    if (this.#byId.size >= SCHEMAS_MAX && oldest !== undefined) this.#byId.delete(oldest);
    this.#byId.set(id, schema);
    return schema;
  }

  /**
   * Copies the metrics of a plain-JSON sample to `out` at `offset` and tells their schema: the names, sorted. The
   * latest answer is tried first, as a fleet sends the same names over and over.
   */
  ofMetrics(
    metrics: object,
    out: Float64Array,
    offset = 0,
  ): { schema: KnownSchema; replaced: number } | { problem: string } {
    if (this.#latest) {
      const replaced = this.#latest.vectorise(metrics, out, offset);
      if (replaced >= 0) return { schema: this.#latest, replaced };
    }
    const names = Object.keys(metrics).sort();
    const problem = problemOfNames(names);
    if (problem) return { problem };
    const schema = this.of(names);
    this.#latest = schema;
    return { schema, replaced: schema.vectorise(metrics, out, offset) };
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

/**
 * Straight-line code with one property read per metric, which V8 turns into a fixed offset: a fifteenth of the cost of
 * a loop over keys (`npm run bench`, H1). The names enter the source as JSON strings and nothing else does.
 * A function is what Object.prototype has under that name: the sample itself has none.
 */
function compileVectorise(names: readonly string[]): Vectorise {
  const reads = names.map(
    (name, i) => `
    v = m[${JSON.stringify(name)}];
    if (typeof v === "number" && v <= max && v >= -max) out[o + ${i}] = v;
    else if (v === undefined || typeof v === "function") return -1;
    else { out[o + ${i}] = NaN; if (v !== null) missing++; }`,
  );
  const body = `let v, missing = 0;
    if (keys(m).length !== ${names.length}) return -1;${reads.join("")}
    return missing;`;
  const compile = new Function("keys", "max", `return (m, out, o) => { ${body} };`);
  return compile(Object.keys, VALUE_MAX) as Vectorise;
}
