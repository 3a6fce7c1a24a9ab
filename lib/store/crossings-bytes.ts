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
 * Two numbers for each open alert, from the lowest level up. The first is how much later than the one before it began.
 * The second is how much later still its last sample was that was not calm, plus 1; 0 without one.
 */
export function bytesOfOpen(open: readonly OpenAlert[]): Uint8Array {
  return bytesOfVarints(
    open.flatMap(({ since, last }, k) => [
      since - (open[k - 1]?.since ?? 0),
      last === undefined ? 0 : 1 + last - since,
    ]),
  );
}

export function openOfBytes(value: Uint8Array): readonly OpenAlert[] {
  const numbers = varintsOfBytes(value);
  const open: OpenAlert[] = [];
  for (let i = 0, since = 0; i < numbers.length; i += 2) {
    since += numbers[i] ?? 0;
    const calm = numbers[i + 1] ?? Number.NaN;
    open.push(calm === 0 ? { since } : { since, last: since + calm - 1 });
  }
  if (numbers.length % 2 === 0 && open.length <= CROSSING_COUNTS / 2) return open;
  throw new RangeError(`${numbers.length} numbers are no open alerts`);
}
