import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { codeOf, messageOf } from "../errors.ts";
import { unsnapped } from "../wire/containers/snappy.ts";

/** A body may inflate to this many bytes: 16 records of the stream. */
const INFLATED_BYTES_MAX = 16 * 1024 * 1024;

type Inflate = (bytes: Buffer) => Promise<Buffer | undefined>;

const options = { maxOutputLength: INFLATED_BYTES_MAX };
const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);
/** Absent in a Node that lacks it. */
const { zstdDecompress } = zlib as { readonly zstdDecompress?: typeof zlib.gunzip };

/** By the name in Content-Encoding. */
const INFLATES: ReadonlyMap<string, Inflate> = new Map([
  ["identity", async (bytes: Buffer) => bytes],
  ["gzip", (bytes: Buffer) => gunzip(bytes, options)],
  ["x-gzip", (bytes: Buffer) => gunzip(bytes, options)],
  ["deflate", (bytes: Buffer) => inflate(bytes, options)],
  ["snappy", async (bytes: Buffer) => unsnapped(bytes, INFLATED_BYTES_MAX)],
  ...(zstdDecompress
    ? [
        [
          "zstd",
          (bytes: Buffer) => promisify<Buffer, zlib.ZlibOptions, Buffer>(zstdDecompress)(bytes, options),
        ] as const,
      ]
    : []),
]);

export const ENCODINGS = [...INFLATES.keys()];

export type Inflated = { readonly bytes: Buffer } | { readonly status: 400 | 413; readonly problem: string };

/** A body without the encoding that it was sent in, which must be one of those above. */
export async function inflatedBody(body: Buffer, encoding: string): Promise<Inflated> {
  if (body.length === 0) return { bytes: body };
  try {
    const bytes = await INFLATES.get(encoding)?.(body);
    return bytes ? { bytes } : { status: 400, problem: `the body is no ${encoding}: send it as Content-Encoding says` };
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE")
      return {
        status: 413,
        problem: `the body inflates to more than ${INFLATED_BYTES_MAX} bytes: send smaller batches`,
      };
    return {
      status: 400,
      problem: `the body is no ${encoding} (${messageOf(error)}): send it as Content-Encoding says`,
    };
  }
}
