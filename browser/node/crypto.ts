import { Buffer } from "node:buffer";
import { type HMAC, hmac } from "@noble/hashes/hmac";
import { md5 } from "@noble/hashes/legacy";
import { sha256 } from "@noble/hashes/sha2";

/** The part of node:crypto that the functions use, over @noble/hashes and the browser's own random numbers. */
const ALGORITHMS = { md5, sha256 } as const;

type Algorithm = keyof typeof ALGORITHMS;
type Encoding = "hex" | "base64" | "base64url";
type Bytes = string | Uint8Array;
type Hasher = Pick<HMAC<never>, "digest"> & { update(bytes: Uint8Array): unknown };

export function createHash(algorithm: Algorithm) {
  return digester(ALGORITHMS[algorithm].create());
}

export function createHmac(algorithm: Algorithm, key: Bytes) {
  return digester(hmac.create(ALGORITHMS[algorithm], bytesOf(key)));
}

export function randomBytes(size: number): Buffer {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(size)));
}

/** Nobody can measure the time of this comparison: both sides are in the same browser. */
export function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

function digester(hasher: Hasher) {
  function digest(): Buffer;
  function digest(encoding: Encoding): string;
  function digest(encoding?: Encoding): Buffer | string {
    const bytes = Buffer.from(hasher.digest());
    if (encoding === undefined) return bytes;
    if (encoding !== "base64url") return bytes.toString(encoding);
    return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }
  const made = {
    update(bytes: Bytes) {
      hasher.update(bytesOf(bytes));
      return made;
    },
    digest,
  };
  return made;
}

function bytesOf(bytes: Bytes): Uint8Array {
  return typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
}
