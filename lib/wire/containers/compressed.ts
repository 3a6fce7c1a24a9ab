import * as zlib from "node:zlib";
import { messageOf } from "../../errors.ts";
import { isObject } from "../../json.ts";
import { RECORD_BYTES_MAX } from "../limits.ts";

/** Bytes that may still be inflated for one record, and leaves that it may still have. */
export interface Budget {
  bytes: number;
  leaves: number;
}

type Inflate = (bytes: Buffer, options: zlib.ZlibOptions) => Buffer;

interface Compression {
  readonly name: string;
  readonly isFirst: (bytes: Buffer) => boolean;
  /** Absent in a Node that lacks it. */
  readonly inflate?: Inflate | undefined;
}

/** The second byte of a zlib header that begins with 0x78, by level (RFC 1950, 2.2). */
const ZLIB_LEVELS = [0x01, 0x5e, 0x9c, 0xda];
const ZSTD_MAGIC = 0x28b52ffd;

const COMPRESSIONS: readonly Compression[] = [
  { name: "gzip", isFirst: (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b, inflate: zlib.gunzipSync },
  {
    name: "zlib",
    isFirst: (bytes) => bytes[0] === 0x78 && ZLIB_LEVELS.includes(bytes[1] ?? 0),
    inflate: zlib.inflateSync,
  },
  {
    name: "zstd",
    isFirst: (bytes) => bytes.length >= 4 && bytes.readUInt32BE(0) === ZSTD_MAGIC,
    inflate: (zlib as { readonly zstdDecompressSync?: Inflate }).zstdDecompressSync,
  },
];

/** The compression that the first bytes announce, if any. */
export function compressionOf(bytes: Buffer): Compression | undefined {
  return COMPRESSIONS.find(({ isFirst }) => isFirst(bytes));
}

/** The inflated bytes, or why there are none. */
export function inflated({ name, inflate }: Compression, bytes: Buffer, budget: Budget): Buffer | Problem {
  if (!inflate) return { problem: `${name} needs Node 22.15 or newer here: send gzip, or update Node` };
  if (budget.bytes <= 0) return { problem: TOO_LARGE };
  try {
    const inner = inflate(bytes, { maxOutputLength: budget.bytes });
    // Node reads the beginning of a frame of zstd without an error.
    if (inner.length === 0 && name === "zstd") return { problem: "broken zstd: nothing is in it" };
    budget.bytes -= inner.length;
    return inner;
  } catch (error) {
    const isTooLarge = isObject(error) && error.code === "ERR_BUFFER_TOO_LARGE";
    if (!isTooLarge) return { problem: `broken ${name}: ${messageOf(error)}` };
    budget.bytes = 0;
    return { problem: TOO_LARGE };
  }
}

interface Problem {
  readonly problem: string;
}

const TOO_LARGE = `inflates to more than ${RECORD_BYTES_MAX} bytes: send several records`;

/** The bytes of raw deflate, which has no header: undefined if they are something else. */
export function inflatedRaw(bytes: Buffer): Buffer | undefined {
  try {
    return zlib.inflateRawSync(bytes, { maxOutputLength: RECORD_BYTES_MAX });
  } catch {
    return undefined;
  }
}
