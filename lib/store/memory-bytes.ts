import type { FusedMemory } from "../model/fused.ts";
import { STEPS_PER_UNIT } from "../model/tracker.ts";

/** Levels lie within ± 3 units and widths from 0 to 9 (tracker.ts): 24,577 and 36,865 possible steps. */
const LEVEL_MAX = 3 * STEPS_PER_UNIT;
const WIDTH_MAX = 9 * STEPS_PER_UNIT;
const WIDTHS = WIDTH_MAX + 1;
/** A pair of a level and a width is one of fewer than 2³⁰ numbers, which saves two bits over two 16-bit integers. */
const PAIR_BITS = 30;
const PAIRS = (2 * LEVEL_MAX + 1) * WIDTHS;

/** The doubles before the pairs: time of the last tracking, three averages, the held score. */
const HEAD_BYTES = 8 * 5;

/**
 * The fused detector's memory of p features in 40 + ⌈30p / 8⌉ bytes: 468 for 38 metrics. Loses nothing, because the
 * tracker rounds to the same steps; throws when the memory holds anything else.
 */
export function bytesOfMemory({ trackedAt, averages, held, level, width }: FusedMemory): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + Math.ceil((PAIR_BITS * level.length) / 8));
  const head = [trackedAt, ...averages, held];
  if (8 * head.length !== HEAD_BYTES) throw new RangeError(`${averages.length} averages instead of 3`);
  checkHead(trackedAt, averages, held);
  bytes.set(new Uint8Array(Float64Array.from(head).buffer));
  let place = HEAD_BYTES;
  let bits = 0;
  let waiting = 0;
  level.forEach((units, j) => {
    const pair = (stepsOf(units, -LEVEL_MAX, LEVEL_MAX) + LEVEL_MAX) * WIDTHS + stepsOf(width[j], 0, WIDTH_MAX);
    waiting += pair * 2 ** bits;
    for (bits += PAIR_BITS; bits >= 8; bits -= 8) {
      bytes[place++] = waiting % 256;
      waiting = Math.floor(waiting / 256);
    }
  });
  if (bits > 0) bytes[place] = waiting;
  return bytes;
}

/** The encoded memory; throws when the bytes are not one. */
export function memoryOfBytes(bytes: Uint8Array): FusedMemory {
  const features = Math.floor((8 * (bytes.length - HEAD_BYTES)) / PAIR_BITS);
  if (features < 0 || bytes.length !== HEAD_BYTES + Math.ceil((PAIR_BITS * features) / 8)) {
    throw new RangeError(`${bytes.length} bytes are no memory`);
  }
  const head = new Float64Array(bytes.slice(0, HEAD_BYTES).buffer);
  const [trackedAt = Number.NaN, ...averages] = head;
  const held = averages.pop() ?? Number.NaN;
  checkHead(trackedAt, averages, held);
  const [level, width] = [new Float64Array(features), new Float64Array(features)];
  let place = HEAD_BYTES;
  let bits = 0;
  let waiting = 0;
  for (let j = 0; j < features; j++) {
    for (; bits < PAIR_BITS; bits += 8) waiting += (bytes[place++] ?? 0) * 2 ** bits;
    const pair = waiting % 2 ** PAIR_BITS;
    if (pair >= PAIRS) throw new RangeError(`a level of more than ${LEVEL_MAX} steps`);
    level[j] = (Math.floor(pair / WIDTHS) - LEVEL_MAX) / STEPS_PER_UNIT;
    width[j] = (pair % WIDTHS) / STEPS_PER_UNIT;
    waiting = Math.floor(waiting / 2 ** PAIR_BITS);
    bits -= PAIR_BITS;
  }
  return { trackedAt, averages, held, level, width };
}

/** An average is NaN before the first sample. */
function checkHead(trackedAt: number, averages: readonly number[], held: number): void {
  if ([trackedAt, held].every(Number.isFinite) && averages.every((x) => Math.abs(x) !== Infinity)) return;
  throw new RangeError("a number of the memory is not finite");
}

function stepsOf(units = Number.NaN, lowest: number, highest: number): number {
  const steps = units * STEPS_PER_UNIT;
  if (Number.isInteger(steps) && steps >= lowest && steps <= highest) return steps;
  throw new RangeError(`a level or width of ${units} is no step that the tracker makes`);
}
