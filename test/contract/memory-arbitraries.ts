import fc from "fast-check";
import type { BandsMemory } from "../../lib/model/band-memory.ts";
import { AVERAGES, STEPS } from "../../lib/model/drift.ts";
import { JOINT_MEMORY } from "../../lib/model/joint-reading.ts";
import { RECENT } from "../../lib/model/persistence.ts";
import type { WindowMemory } from "../../lib/model/window-memory.ts";
import type { FeatureMemory } from "../../lib/watch/derive.ts";
import { definition, name } from "./names.ts";
import { array, count } from "./numbers.ts";

/** Numbers that single precision holds. */
export const single = fc.float({ noNaN: true, noDefaultInfinity: true });

const step = fc.integer({ min: -STEPS, max: STEPS }).map((steps) => steps / STEPS);
/** Singles without −0. */
const reading = single.map((x) => x + 0);
const runs = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(65_535) });

/** The memory of single metrics exists only while some count does. */
const signCounts = fc
  .integer({ min: 1, max: 12 })
  .chain((metrics) => fc.record({ run: array(runs, metrics), gone: array(runs, metrics) }));
export const singleScores = array(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), 4).map((last) => ({
  last,
}));
/** The memory beside detectors other than bands. */
export const counted = <T extends object>(memory: fc.Arbitrary<T>) =>
  fc.oneof(
    memory,
    fc.tuple(memory, signCounts).map(([one, counts]) => ({ ...one, counts })),
  );

/** The memory of calendar bands of a host that is young, beside its group, or grown. */
export const bandsMemory: fc.Arbitrary<BandsMemory> = fc.nat(12).chain((metrics) => {
  const level = fc.record({
    level: array(reading, metrics),
    deviation: array(reading, metrics),
    seen: array(count, metrics),
  });
  const grown = fc.record({
    recent: array(fc.oneof(fc.constant(0), reading), RECENT * metrics),
    averages: array(step, AVERAGES * metrics),
    place: array(step, metrics),
    joint: array(reading, JOINT_MEMORY),
    run: array(runs, metrics),
    gone: array(runs, metrics),
  });
  const levels = fc.oneof(fc.constant({}), fc.record({ young: level }), fc.record({ own: level }));
  return fc.tuple(grown, levels).map(([memory, one]) => ({ ...memory, ...one }));
});

export const windows: fc.Arbitrary<WindowMemory> = fc.tuple(fc.nat(12), fc.nat(4)).chain(([metrics, samples]) => {
  const singles = (length: number) => array(single, length).map((list) => Float32Array.from(list));
  const past = fc.int8Array({ minLength: samples * metrics, maxLength: samples * metrics });
  return fc.record({ past, level: singles(metrics), deviation: singles(metrics), averages: singles(2) });
});

const definitions = fc.dictionary(name, definition, { maxKeys: 6 });
const anyOrNaN = fc.double({ noDefaultInfinity: true }).map((x) => x + 0);
export const features: fc.Arbitrary<FeatureMemory> = fc.record({
  sent: fc.stringMatching(/^[0-9a-f]{16}$/),
  defined: definitions,
  every: count,
  series: fc.dictionary(definition, fc.array(anyOrNaN, { maxLength: 10 }), { maxKeys: 4 }),
  unmade: fc.array(name, { maxLength: 3 }),
  leftOut: count,
});
