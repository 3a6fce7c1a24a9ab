import { CONTAINERS_MAX, DOCUMENTS_MAX, RECORD_BYTES_MAX } from "../limits.ts";
import { type Budget, compressionOf, inflated } from "./compressed.ts";
import { isAggregate, userRecordsOf } from "./kpl.ts";

/** The content of a record out of its containers. */
type Leaf =
  | { readonly bytes: Buffer /** The partition key of a user record in an aggregate. */; readonly key?: string }
  | { readonly problem: string };

interface Unwrapped {
  readonly leaves: readonly Leaf[];
  /** Bytes that were read, after they were inflated. */
  readonly length: number;
}

/** Takes a record out of compression and aggregation, recognised by the first bytes. */
export function unwrap(bytes: Buffer): Unwrapped {
  const { length } = bytes;
  if (length === 0) return { leaves: [{ problem: "empty record" }], length };
  if (length > RECORD_BYTES_MAX)
    return { leaves: [{ problem: `${length} bytes: send at most ${RECORD_BYTES_MAX}` }], length };
  const budget = { bytes: RECORD_BYTES_MAX, leaves: DOCUMENTS_MAX };
  const leaves = leavesOf({ bytes }, CONTAINERS_MAX, budget);
  return { leaves, length: Math.max(length, RECORD_BYTES_MAX - budget.bytes) };
}

function leavesOf(leaf: { readonly bytes: Buffer; readonly key?: string }, depth: number, budget: Budget): Leaf[] {
  const { bytes } = leaf;
  const compression = compressionOf(bytes);
  if (!compression && !isAggregate(bytes)) return [leaf];
  if (depth === 0)
    return [{ problem: `more than ${CONTAINERS_MAX} compressions and aggregates within one another: nest fewer` }];
  if (compression) {
    const inner = inflated(compression, bytes, budget);
    return "problem" in inner ? [inner] : leavesOf({ ...leaf, bytes: inner }, depth - 1, budget);
  }
  const records = userRecordsOf(bytes, budget.leaves);
  if ("problem" in records) return [records];
  budget.leaves -= records.length;
  return records.flatMap((record) => leavesOf(record, depth - 1, budget));
}
