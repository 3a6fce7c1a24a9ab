import { takeVarint } from "../protobuf.ts";
import type { Refused } from "./point.ts";

interface LookAlike {
  readonly is: (bytes: Buffer) => boolean;
  readonly problem: string;
}

const SNAPPY_IN_FRAMES = "framed snappy: set the sender's compression to gzip, zstd or none";
/** https://github.com/google/snappy/blob/main/framing_format.txt, 4.1 */
const SNAPPY_FRAMES = Buffer.from("ff060000734e61507059", "hex");
/** Words of the formats that this stream carries. */
const WORDS = /host|metrics|fields|timestamp|labels|gauge/;
const BASE64_LOOKED_AT = 300;

/** Bytes that are neither text nor a known container, and what their sender should do. */
const LOOK_ALIKES: readonly LookAlike[] = [
  { is: (bytes) => bytes.subarray(0, SNAPPY_FRAMES.length).equals(SNAPPY_FRAMES), problem: SNAPPY_IN_FRAMES },
  {
    is: (bytes) => WORDS.test(bytes.subarray(0, BASE64_LOOKED_AT).toString("base64")),
    problem: "your AWS CLI base64-decoded it: add --cli-binary-format raw-in-base64-out, or give --data as base64",
  },
  { is: isSnappy, problem: "snappy that is broken, or holds what is not read: send metrics in it, as one block" },
];

export function refusedBytes(bytes: Buffer): Refused | undefined {
  return LOOK_ALIKES.find(({ is }) => is(bytes));
}

/** No magic, but a length that is not too small, a first piece that is a literal, and JSON or protobuf in it. */
function isSnappy(bytes: Buffer): boolean {
  const reader = { bytes, at: 0 };
  const length = takeVarint(reader);
  const tag = bytes[reader.at];
  if (length === undefined || tag === undefined || (tag & 3) !== 0 || length < bytes.length / 2) return false;
  const size = tag >> 2;
  const start = reader.at + 1 + Math.max(0, size - 59);
  return '{[\n"'.includes(String.fromCharCode(bytes[start] ?? 0));
}
