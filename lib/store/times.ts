import { bytesOfVarints, signed, unsigned, varintsOfBytes } from "./varints.ts";

/** Beyond this time (year 37648) the encoding's arithmetic would lose precision. */
const TIME_MAX = 2 ** 50;

/**
 * Whole milliseconds as bytes, in any order. Samples come at a steady pace, so each varint holds the signed change of
 * the gap between two times. It takes one byte at a steady pace, two with jitter (Pelkonen et al. 2015, "Gorilla: a
 * fast, scalable, in-memory time series database", §4.1.1).
 */
export function bytesOfTimes(times: ArrayLike<number>): Uint8Array {
  const codes = new Float64Array(times.length);
  let time = 0;
  let gap = 0;
  for (let i = 0; i < times.length; i++) {
    const next = times[i] ?? Number.NaN;
    if (!Number.isInteger(next) || Math.abs(next) > TIME_MAX)
      throw new RangeError(`${next} is no time in milliseconds`);
    const change = next - time - gap;
    codes[i] = unsigned(change);
    gap = i === 0 ? 0 : gap + change;
    time = next;
  }
  return bytesOfVarints(codes);
}

/** The encoded times; throws when the bytes end in the middle of one. */
export function timesOfBytes(bytes: Uint8Array): number[] {
  const times: number[] = [];
  let time = 0;
  let gap = 0;
  for (const code of varintsOfBytes(bytes)) {
    const change = signed(code);
    time += gap + change;
    if (!(Math.abs(time) <= TIME_MAX)) throw new RangeError(`${time} is no time in milliseconds`);
    gap = times.length === 0 ? 0 : gap + change;
    times.push(time);
  }
  return times;
}
