import { createHash } from "node:crypto";
import { BYTES, VARINT, visitFields } from "../protobuf.ts";

const MAGIC = 0xf3899ac2;
const MAGIC_BYTES = 4;
const MD5_BYTES = 16;

interface UserRecord {
  readonly key?: string;
  readonly bytes: Buffer;
}

/** Whether a record is an aggregate of the Kinesis Producer Library. */
export function isAggregate(bytes: Buffer): boolean {
  return bytes.length >= MAGIC_BYTES && bytes.readUInt32BE(0) === MAGIC;
}

/**
 * The user records of an aggregate: magic, a protobuf message, its MD5
 * (https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md).
 */
export function userRecordsOf(bytes: Buffer, max: number): readonly UserRecord[] | { readonly problem: string } {
  const message = bytes.subarray(MAGIC_BYTES, -MD5_BYTES);
  const digest = createHash("md5").update(message).digest();
  if (bytes.length < MAGIC_BYTES + MD5_BYTES || !digest.equals(bytes.subarray(-MD5_BYTES)))
    return { problem: "broken KPL aggregate: its MD5 does not fit" };
  const keys: string[] = [];
  const records: { index: number; bytes: Buffer }[] = [];
  const isWhole = visitFields(message, (field, type, _, content) => {
    if (records.length > max || type !== BYTES) return;
    if (field === 1) keys.push(content.toString());
    if (field === 3) records.push(userRecord(content));
  });
  if (!isWhole) return { problem: "broken KPL aggregate: its message ends early" };
  if (records.length > max) return { problem: `more than ${max} records in a KPL aggregate: send several` };
  return records.map(({ index, bytes }) => {
    const key = keys[index];
    return key === undefined ? { bytes } : { bytes, key };
  });
}

function userRecord(message: Buffer): { index: number; bytes: Buffer } {
  const record: { index: number; bytes: Buffer } = { index: 0, bytes: Buffer.alloc(0) };
  visitFields(message, (field, type, varint, content) => {
    if (field === 1 && type === VARINT) record.index = varint;
    if (field === 3 && type === BYTES) record.bytes = content;
  });
  return record;
}
