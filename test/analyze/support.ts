import { inflateRawSync } from "node:zlib";
import type { Ranked } from "../../lib/analyze/summary.ts";

/** 2025-03-01T00:00:00Z: python3 -c "from datetime import *; print(datetime(2025, 3, 1, tzinfo=timezone.utc).timestamp())" */
export const MARCH = 1_740_787_200_000;

/** A judged row of one metric, calm unless told otherwise. */
export function rowOf({ excess = 0, ...changes }: Partial<Ranked> & { readonly excess?: number } = {}): Ranked {
  const isAnomaly = excess > 1;
  const reasons = isAnomaly ? [{ metric: 0, value: 9, usual: 1, deviation: 4, share: 1 }] : [];
  const verdict = { score: excess, signed: excess, excess, isAnomaly, reasons };
  return { line: 2, values: Float64Array.of(1), time: MARCH, verdict, ...changes };
}

/** The files in a zip archive, by its central directory (APPNOTE.TXT 4.3.12). */
export function unzip(bytes: Uint8Array): Map<string, string> {
  const zip = Buffer.from(bytes);
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const files = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(from, from + zip.readUInt32LE(at + 20));
    const isPacked = zip.readUInt16LE(at + 10) === 8;
    files.set(zip.toString("utf8", at + 46, at + 46 + name), (isPacked ? inflateRawSync(packed) : packed).toString());
    at += 46 + name + extra + comment;
  }
  return files;
}
