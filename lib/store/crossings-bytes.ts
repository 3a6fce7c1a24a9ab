import { CROSSING_COUNTS, emptyCrossings } from "../model/crossings.ts";
import type { HostState } from "../watch/state.ts";

type Rises = Pick<HostState, "since" | "crossings">;

/** Since (ms) takes 48 bits and the week 16, enough until the year 3225. */
const HEAD_BYTES = 8;

/** Since, week, and the counts up to the last that is not 0; a calm host has few of those. */
export function bytesOfRises({ since, crossings: { week, counts } }: Rises): Uint8Array {
  const used = counts.findLastIndex((count) => count > 0) + 1;
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntLE(since, 0, 6);
  head.writeUInt16LE(week, 6);
  return Buffer.concat([head, counts.subarray(0, used)]);
}

export function risesOfBytes(value: Uint8Array): Rises {
  const used = value.length - HEAD_BYTES;
  if (used < 0 || used > CROSSING_COUNTS) throw new RangeError(`${value.length} bytes are no counts of crossings`);
  const head = Buffer.from(value.subarray(0, HEAD_BYTES));
  const { counts } = emptyCrossings();
  counts.set(value.subarray(HEAD_BYTES));
  return { since: head.readUIntLE(0, 6), crossings: { week: head.readUInt16LE(6), counts } };
}
