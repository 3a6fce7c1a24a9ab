import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { bytes, has, json, readBytes, readJson, readText, type Stored, text } from "./attributes.ts";
import { anInteger, anObject, aText, objectOf } from "./documents.ts";
import { reader, written } from "./formats.ts";
import type { Item } from "./item-table.ts";

/** Leaves room for the key and for the request around the item: an item of DynamoDB holds 400 KB. */
const PART_BYTES_MAX = 350 * 1024;
/**
 * Before compression: several times the size of a model of 256 metrics, the most that a sample can have. It is also the
 * most that labelled rows may take. Bytes that this program did not write must not fill the memory.
 */
const MODEL_BYTES_MAX = 8 * 1024 * 1024;
/** The number of parts for data that cannot be compressed. */
const PARTS_MAX = 24;

/** 128 bits: no two models of an owner share them by chance. */
const DIGEST_LENGTH = 32;

/** How to put a model together again: how many parts there are, and how many bytes each binary attribute has. */
const packingOf = objectOf({ digest: aText, parts: aPartCount, lengths: anObject });

function aPartCount(value: unknown): number {
  const count = anInteger(value);
  if (count >= 0 && count <= PARTS_MAX) return count;
  throw new RangeError(`${count} parts: at most ${PARTS_MAX}`);
}

/**
 * Moves the binary attributes of a model into items of their own. `head` is the rest, with the way to find them. The
 * key of a part has the digest of all, so that two writers of one version cannot mix their parts.
 */
export function inParts(owner: string, attributes: Item): { readonly head: Item; readonly parts: readonly Item[] } {
  const arrays = Object.entries(attributes).flatMap(([name, { B }]) => (B ? [[name, B] as const] : []));
  const plain = Buffer.concat(arrays.map(([, array]) => array));
  const packed = deflateRawSync(plain);
  const count = Math.ceil(packed.length / PART_BYTES_MAX);
  if (plain.length > MODEL_BYTES_MAX || count > PARTS_MAX) {
    const limits = `at most ${MODEL_BYTES_MAX} and ${PARTS_MAX * PART_BYTES_MAX}`;
    throw new RangeError(
      `what is stored for ${owner} takes ${plain.length} bytes, ${packed.length} compressed: ${limits}`,
    );
  }
  const digest = digestOf(packed);
  const lengths = Object.fromEntries(arrays.map(([name, array]) => [name, array.length]));
  const others = Object.entries(attributes).filter(([, { B }]) => !B);
  return {
    head: { ...Object.fromEntries(others), packing: json({ digest, parts: count, lengths }) },
    parts: Array.from({ length: count }, (_, i) => {
      const part = packed.subarray(i * PART_BYTES_MAX, (i + 1) * PART_BYTES_MAX);
      return written("part", { ...partKey(owner, digest, i), bytes: bytes(part) });
    }),
  };
}

/** The sort key lies outside the sort keys of versions. */
function partKey(owner: string, digest: string, index: number): Item {
  return { owner: text(owner), version: text(`part#${digest}#${index}`) };
}

/** Keys of the parts that the item's model lies in. */
export function partKeys(stored: Stored): readonly Item[] {
  if (!has(stored, "packing")) return [];
  const { digest, parts } = readJson(stored, "packing", packingOf);
  const owner = readText(stored, "owner");
  return Array.from({ length: parts }, (_, i) => partKey(owner, digest, i));
}

/** A part's sort key and bytes. */
export const partOfItem = reader(
  "part",
  (stored) => [readText(stored, "version"), readBytes(stored, "bytes", (part) => part)] as const,
);

/** Bytes of parts by sort key, which is a digest of the bytes. */
export type Parts = ReadonlyMap<string, Uint8Array>;

/**
 * The item with all attributes of its model; an item of format 1 has them already. Throws when a part is missing or is
 * not the one that was written.
 */
export function withParts(stored: Stored, found: Parts): Stored {
  if (!has(stored, "packing")) return stored;
  const names = partKeys(stored).map((key) => key.version?.S ?? "");
  const arrays = readJson(stored, "packing", (value) => {
    const { digest, lengths } = packingOf(value);
    const missing = names.findIndex((name) => !found.has(name));
    if (missing >= 0) throw new Error(`part ${missing + 1} of ${names.length} is missing`);
    const packed = Buffer.concat(names.flatMap((name) => found.get(name) ?? []));
    if (digestOf(packed) !== digest) throw new Error(`the parts have digest ${digestOf(packed)}, expected ${digest}`);
    return arraysIn(inflateRawSync(packed, { maxOutputLength: MODEL_BYTES_MAX }), lengths);
  });
  return { ...stored, item: { ...stored.item, ...arrays } };
}

function arraysIn(plain: Uint8Array, lengths: Readonly<Record<string, unknown>>): Item {
  let end = 0;
  const arrays = Object.entries(lengths).map(([name, value]) => {
    const length = anInteger(value);
    end += length;
    return [name, bytes(plain.subarray(end - length, end))] as const;
  });
  if (end !== plain.length) throw new RangeError(`expected ${end} bytes, found ${plain.length}`);
  return Object.fromEntries(arrays);
}

function digestOf(packed: Uint8Array): string {
  return createHash("sha256").update(packed).digest("hex").slice(0, DIGEST_LENGTH);
}
