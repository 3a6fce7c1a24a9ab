import { isDeepStrictEqual } from "node:util";
import type { HostSamples, Schema } from "./samples.ts";
import { scan } from "./scan.ts";
import { type Template, templateOf } from "./template.ts";

/** Kinds of record that take turns on one shard. */
const TEMPLATES_MAX = 8;
/** Learning costs as much as seven readings by JSON.parse: after the first few, one record in this many may be learned from. */
const LEARN_EVERY = 64;
/** Trying a template in vain can cost half of JSON.parse: one that fits none of so many records in a row is dropped. */
const MISSES_MAX = 32;

interface Known {
  readonly template: Template;
  /** Records since the last one that it fitted. */
  misses: number;
}

/** The records seen last, without their values: the next ones mostly differ in those alone. */
export class Templates {
  #known: Known[] = [];
  /** Records that have gone by without learning from them. */
  #spare = TEMPLATES_MAX * LEARN_EVERY;

  /** The samples of a record like an earlier one; undefined when there is none like it. */
  read(bytes: Buffer, arrival: number): HostSamples | undefined {
    if (this.#spare < TEMPLATES_MAX * LEARN_EVERY) this.#spare++;
    for (const [i, known] of this.#known.entries()) {
      const samples = scan(known.template, bytes, arrival);
      if (samples) {
        known.misses = 0;
        if (i > 0) this.#known.unshift(...this.#known.splice(i, 1));
        return samples;
      }
      known.misses++;
    }
    this.#known = this.#known.filter(({ misses }) => misses < MISSES_MAX);
    return undefined;
  }

  /** Takes note of a record that was read in full. */
  learn(bytes: Buffer, schema: Schema): void {
    if (this.#spare < LEARN_EVERY) return;
    this.#spare -= LEARN_EVERY;
    const template = templateOf(bytes, schema);
    if (!template) return;
    const others = this.#known.filter((known) => !isDeepStrictEqual(known.template, template));
    this.#known = [{ template, misses: 0 }, ...others.slice(0, TEMPLATES_MAX - 1)];
  }
}
