import type { BandsMemory } from "../model/band-memory.ts";
import { AVERAGES, STEPS } from "../model/drift.ts";
import { JOINT_MEMORY } from "../model/joint-reading.ts";
import { RECENT } from "../model/persistence.ts";
import { COUNT_MAX, type SignCounts } from "../model/sign-counts.ts";
import { METRICS_MAX } from "../wire/limits.ts";
import { bytesOfVarints, inTurn, varintsOfBytes } from "./varints.ts";

/** Which level the memory has: none, a young host's, or a host's own beside its group. It never has both. */
const [NONE, YOUNG, OWN] = [0, 1, 2];

/**
 * The memory of calendar bands for D metrics: 10 D bytes, and a few for each metric that is out, rests or is gone.
 *
 * | part | bytes |
 * |---|---|
 * | length of the numbers | 2 |
 * | numbers: D, which level, sparse places of `recent`, sparse `run` and `gone`; a level's `seen` | varints |
 * | averages and places, in steps | 2 each |
 * | `joint`; the values of `recent` that are not 0; a level's values and deviations | 4 each |
 *
 * Loses nothing, because the detector rounds to the same steps and singles; throws when the memory holds anything else.
 */
export function bytesOfBandMemory({ recent, averages, place, joint, run, gone, young, own }: BandsMemory): Uint8Array {
  const level = young ?? own;
  const metrics = place.length;
  const out = [...recent.keys()].filter((i) => recent[i] !== 0);
  const numbers = bytesOfVarints([
    metrics,
    young ? YOUNG : own ? OWN : NONE,
    ...sparse(out),
    ...counted(run),
    ...counted(gone),
    ...(level ? level.seen : []),
  ]);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(numbers.length);
  const steps = Int16Array.from([...averages, ...place], stepsOf);
  const singles = [...joint, ...out.map((i) => recent[i] ?? 0), ...(level ? [...level.level, ...level.deviation] : [])];
  return Buffer.concat([length, numbers, bytesOf(steps), bytesOf(Float32Array.from(singles, single))]);
}

/** The encoded memory; throws when the bytes are not one. */
export function bandMemoryOfBytes(bytes: Uint8Array): BandsMemory {
  const buffer = Buffer.from(bytes);
  const begin = 2 + buffer.readUInt16LE();
  const { next, isRead } = inTurn(varintsOfBytes(buffer.subarray(2, begin)), short);
  const [metrics, kind] = [next(), next()];
  if (metrics > bytes.length) short(); // each takes ten: no room is made for counts that cannot be there
  const out = placesOf(next);
  const [run, gone] = [countsOf(next, metrics), countsOf(next, metrics)];
  const seen = Float64Array.from({ length: kind === NONE ? 0 : metrics }, next);
  const stepped = (AVERAGES + 1) * metrics;
  const singles = JOINT_MEMORY + out.length + (kind === NONE ? 0 : 2 * metrics);
  if (!isRead() || buffer.length !== begin + 2 * stepped + 4 * singles) short();
  const steps = Float64Array.from({ length: stepped }, (_, i) => buffer.readInt16LE(begin + 2 * i) / STEPS);
  const all = Float64Array.from({ length: singles }, (_, i) => finite(buffer.readFloatLE(begin + 2 * stepped + 4 * i)));
  const values = all.subarray(JOINT_MEMORY);
  const recent = new Float64Array(RECENT * metrics);
  for (const [i, place] of out.entries()) recent[place < recent.length ? place : short()] = values[i] ?? 0;
  const level = {
    level: values.slice(out.length, out.length + metrics),
    deviation: values.slice(out.length + metrics),
    seen,
  };
  return {
    recent,
    averages: steps.slice(0, AVERAGES * metrics),
    place: steps.slice(AVERAGES * metrics),
    joint: all.slice(0, JOINT_MEMORY),
    run,
    gone,
    ...(kind === YOUNG ? { young: level } : kind === OWN ? { own: level } : {}),
  };
}

/** D, then the sparse `run` and `gone`, as varints. */
export function bytesOfSignCounts({ run, gone }: SignCounts): Uint8Array {
  return bytesOfVarints([run.length, ...counted(run), ...counted(gone)]);
}

/** The encoded counts; throws when the bytes are none of so many metrics. */
export function signCountsOfBytes(bytes: Uint8Array): SignCounts {
  const { next, isRead } = inTurn(varintsOfBytes(bytes), short);
  const metrics = next();
  if (metrics > METRICS_MAX) short();
  const counts = { run: countsOf(next, metrics), gone: countsOf(next, metrics) };
  if (!isRead()) short();
  return counts;
}

function bytesOf(values: Int16Array | Float32Array): Buffer {
  return Buffer.from(values.buffer);
}

/** How many places, and each one's distance from the one before. */
function sparse(places: readonly number[]): readonly number[] {
  return [places.length, ...places.map((place, i) => place - (places[i - 1] ?? 0))];
}

function placesOf(next: () => number): readonly number[] {
  let place = 0;
  return Array.from({ length: next() }, () => {
    place += next();
    return place;
  });
}

/** The places of counts that are not 0, then these counts. */
function counted(counts: Float64Array): readonly number[] {
  const places = [...counts.keys()].filter((i) => counts[i] !== 0);
  return [...sparse(places), ...places.map((i) => counts[i] ?? 0)];
}

function countsOf(next: () => number, metrics: number): Float64Array {
  const counts = new Float64Array(metrics);
  for (const place of placesOf(next)) counts[place < metrics ? place : short()] = Number.NaN;
  return counts.map((count) => (Number.isNaN(count) ? Math.min(next(), COUNT_MAX) : 0));
}

function stepsOf(value: number): number {
  const steps = Math.round(value * STEPS);
  if (steps / STEPS === value && Math.abs(steps) <= STEPS) return steps;
  throw new RangeError(`${value} is no step that the bands make`);
}

function single(value: number): number {
  if (Math.fround(value) === value && Number.isFinite(value)) return value;
  throw new RangeError(`${value} is no finite single`);
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError("a number of the memory is not finite");
  return value;
}

function short(): never {
  throw new RangeError("the bytes are no memory of calendar bands");
}
