import type { FunctionName, TableName } from "../resources.ts";

/** What AWS counts before it writes a bill. Read and write units are units of tables on demand. */
export type Quantity =
  /** Records put on the stream. */
  | "records"
  /** 25 KB of a record's payload, or a part of that. */
  | "payloadUnits"
  | `read.${TableName}`
  | `write.${TableName}`
  /** Calls that write or list objects of the bucket, and calls that read one. */
  | "bucketWrites"
  | "bucketReads"
  | "bucketBytes"
  | `runs.${FunctionName}`
  /** CPU seconds of a function on a whole vCPU. */
  | `cpu.${FunctionName}`
  /** Seconds that the runs of a function took, where that is known: it is what AWS bills. */
  | `seconds.${FunctionName}`
  /** 64 KB of a message to the topic, or a part of that. */
  | "publishes"
  | "logBytes"
  /** Bytes that the tables keep, times the share of a month for which they do. */
  | "storedBytes"
  /** Those of them that point-in-time recovery backs up. */
  | "backedUpBytes";

/** An absent quantity is 0. */
export type Usage = Readonly<Partial<Record<Quantity, number>>>;

export function scaled(usage: Usage, factor: number): Usage {
  return Object.fromEntries(Object.entries(usage).map(([quantity, amount]) => [quantity, amount * factor]));
}

/** Units of `size` bytes that these bytes begin, at least one: so DynamoDB, Kinesis and SNS round. */
export function unitsOf(bytes: number, size: number): number {
  return Math.max(1, Math.ceil(bytes / size));
}

/** Bytes of a write unit, and of a read unit of one item (DynamoDB Developer Guide, "Read and write operations"). */
export const WRITE_UNIT_BYTES = 1_024;
export const READ_UNIT_BYTES = 4_096;
/** Kinesis Data Streams pricing, "PUT Payload Unit". */
export const PAYLOAD_UNIT_BYTES = 25 * 1_024;
/** SNS pricing: each 64 KB chunk of a message is billed as one request. */
export const PUBLISH_UNIT_BYTES = 64 * 1_024;
