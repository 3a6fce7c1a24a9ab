import fc from "fast-check";
import type { Assembly } from "../../lib/watch/assembly.ts";
import { assemblyOf } from "../factories.ts";
import { count, finite } from "./numbers.ts";

const time = fc.nat(4_102_444_800_000);
const value = fc.oneof(finite, fc.constant(Number.NaN));
const name = fc.oneof(fc.string({ minLength: 1, maxLength: 256 }), fc.string({ unit: "grapheme", minLength: 1 }));
const reading = { name, at: time, value, isCounter: fc.boolean(), every: count };

function differing<T extends { readonly name: string }>(one: fc.Arbitrary<T>, maxLength: number) {
  return fc.uniqueArray(one, { maxLength, selector: ({ name }) => name });
}

const metrics = differing(fc.record({ ...reading, rate: value }), 20);
const arrival = fc.double({ min: 0, max: 4_102_444_800_000, noNaN: true }).map((x) => x + 0);

/** The part of a host's state about samples that come in pieces. Ticks have some values of its metrics, and others. */
export const assembly: fc.Arbitrary<Assembly> = metrics.chain((known) => {
  const own = fc.constantFrom(...known.map(({ name }) => name), "another");
  const readings = differing(fc.record({ ...reading, name: fc.oneof(name, own) }), 8);
  const ticks = fc.array(fc.record({ time, arrival, readings }), { maxLength: 3 });
  return fc.tuple(time, ticks, fc.option(fc.integer({ min: 1 }))).map(([scattered, waiting, leftOut]) => ({
    ...assemblyOf(known, scattered, waiting),
    ...(leftOut === null ? {} : { leftOut }),
  }));
});
