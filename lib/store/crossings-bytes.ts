import { CROSSING_COUNTS, emptyCrossings, type OpenAlert } from "../model/crossings.ts";
import type { HostState } from "../watch/state.ts";
import { bytesOfVarints, varintsOfBytes } from "./varints.ts";

type Counted = Pick<HostState, "since"> & { readonly crossings: Omit<HostState["crossings"], "open"> };

/** Since (ms) takes 48 bits and the week 16, enough until the year 3225. */
const HEAD_BYTES = 8;

/** Since, week, and the counts up to the last that is not 0; a calm host has few of those. */
export function bytesOfCounts({ since, crossings: { week, counts } }: Counted): Uint8Array {
  const used = counts.findLastIndex((count) => count > 0) + 1;
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntLE(since, 0, 6);
  head.writeUInt16LE(week, 6);
  return Buffer.concat([head, counts.subarray(0, used)]);
}

export function countsOfBytes(value: Uint8Array): Counted {
  const used = value.length - HEAD_BYTES;
  if (used < 0 || used > CROSSING_COUNTS) throw new RangeError(`${value.length} bytes are no counts of crossings`);
  const head = Buffer.from(value.subarray(0, HEAD_BYTES));
  const { counts } = emptyCrossings();
  counts.set(value.subarray(HEAD_BYTES));
  return { since: head.readUIntLE(0, 6), crossings: { week: head.readUInt16LE(6), counts } };
}

/**
 * Three numbers for each open alert, from the lowest level up. The first is how much later than the one before it
 * began. The others say how much later still its last sample was that was not calm, and its last sample above the
 * level: each plus 1; 0 without one.
 */
export function bytesOfOpen(open: readonly OpenAlert[]): Uint8Array {
  return bytesOfVarints(
    open.flatMap(({ since, last, above }, k) => [
      since - (open[k - 1]?.since ?? 0),
      last === undefined ? 0 : 1 + last - since,
      above === undefined ? 0 : 1 + above - since,
    ]),
  );
}

/** `each` is the number of numbers of an alert: earlier versions wrote only the first two. */
export function openOfBytes(value: Uint8Array, each: 2 | 3 = 3): readonly OpenAlert[] {
  const numbers = varintsOfBytes(value);
  const open: OpenAlert[] = [];
  for (let i = 0, since = 0; i < numbers.length; i += each) {
    since += numbers[i] ?? 0;
    const [last, above] = [numbers[i + 1] ?? Number.NaN, each === 3 ? (numbers[i + 2] ?? Number.NaN) : 0];
    open.push({
      since,
      ...(last === 0 ? {} : { last: since + last - 1 }),
      ...(above === 0 ? {} : { above: since + above - 1 }),
    });
  }
  if (numbers.length % each === 0 && open.length <= CROSSING_COUNTS / 2) return open;
  throw new RangeError(`${numbers.length} numbers are no open alerts`);
}
