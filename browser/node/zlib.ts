// The part of node:zlib that the functions use, over fflate.
import { Buffer } from "node:buffer";
import { deflateSync, gunzipSync as gunzip, gzipSync as gzip, inflateSync as inflateRaw, unzlibSync } from "fflate";

type Bytes = string | Uint8Array;
type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
interface Limit {
  readonly maxOutputLength?: number;
}

export function deflateRawSync(bytes: Bytes, { level = 6 }: { readonly level?: Level } = {}): Buffer {
  return bufferOver(deflateSync(Buffer.from(bytes), { level }));
}

export function gzipSync(bytes: Bytes): Buffer {
  return bufferOver(gzip(Buffer.from(bytes)));
}

export const inflateRawSync = limited(inflateRaw);
export const inflateSync = limited(unzlibSync);
export const gunzipSync = limited(gunzip);
/** As in an older Node. */
export const zstdDecompressSync = undefined;

/** Throws as Node does when there is more, but after the work: only bytes made in the same browser are read. */
function limited(inflate: (bytes: Uint8Array) => Uint8Array) {
  return (bytes: Uint8Array, { maxOutputLength = Number.POSITIVE_INFINITY }: Limit = {}): Buffer => {
    const inflated = inflate(bytes);
    if (inflated.length <= maxOutputLength) return bufferOver(inflated);
    throw Object.assign(new RangeError(`more than ${maxOutputLength} bytes`), { code: "ERR_BUFFER_TOO_LARGE" });
  };
}

function bufferOver({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, length);
}
