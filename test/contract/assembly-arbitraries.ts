import fc from "fast-check";
import type { Assembly } from "../../lib/watch/assembly.ts";
import { count, finite } from "./numbers.ts";

const time = fc.nat(4_102_444_800_000);
const value = fc.oneof(finite, fc.constant(Number.NaN));
const name = fc.oneof(fc.string({ minLength: 1, maxLength: 256 }), fc.string({ unit: "grapheme", minLength: 1 }));
const reading = { name, at: time, value, isCounter: fc.boolean() };
const KEYS = ["name", "at", "value", "isCounter"] as const;

const metric = fc.record({ ...reading, every: count, rate: value });

const tick = fc.record({
  time,
  arrival: fc.double({ min: 0, max: 4_102_444_800_000, noNaN: true }).map((x) => x + 0),
  readings: fc.array(fc.record({ ...reading, gap: fc.integer({ min: 1 }) }, { requiredKeys: [...KEYS] }), {
    maxLength: 8,
  }),
});

/** The part of a host's state about samples that come in pieces. */
export const assembly: fc.Arbitrary<Assembly> = fc.record(
  {
    metrics: fc.uniqueArray(metric, { maxLength: 20, selector: (one) => one.name }),
    ticks: fc.array(tick, { maxLength: 3 }),
    scattered: time,
    leftOut: fc.integer({ min: 1 }),
  },
  { requiredKeys: ["metrics", "ticks", "scattered"] },
);
