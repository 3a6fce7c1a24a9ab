import { inflateRawSync } from "node:zlib";
import { UserError } from "../user-error.ts";

/** A sheet of a million rows has about 200 MB of XML. */
const PART_BYTES_MAX = 256_000_000;
const DEFLATED = 8;
const END_BYTES = 22;
const COMMENT_MAX = 65_535;

/**
 * Returns what reads the parts of a zip archive by name; undefined for a part that it lacks. APPNOTE.TXT describes the
 * layout (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), 4.3.12 and 4.3.16.
 */
export function openZip(path: string, archive: Buffer): (name: string) => string | undefined {
  const entries = entriesOf(path, archive);
  return (name) => {
    const entry = entries.get(name);
    if (!entry) return undefined;
    const { method, size, offset } = entry;
    const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
    const bytes = archive.subarray(start, start + size);
    try {
      return (method === DEFLATED ? inflateRawSync(bytes, { maxOutputLength: PART_BYTES_MAX }) : bytes).toString(
        "utf8",
      );
    } catch (error) {
      throw new UserError(
        `${path}: its part ${name} is damaged or larger than ${PART_BYTES_MAX / 1e6} MB: save it as CSV`,
        {
          cause: error,
        },
      );
    }
  };
}

interface Entry {
  readonly method: number;
  /** Compressed, in bytes. */
  readonly size: number;
  /** Where the part's own header begins, in bytes. */
  readonly offset: number;
}

function entriesOf(path: string, archive: Buffer): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  const damaged = (cause?: unknown) => new UserError(`${path}: is damaged: save it again, or as CSV`, { cause });
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < archive.length - END_BYTES - COMMENT_MAX || end < 0) throw damaged();
  try {
    let at = archive.readUInt32LE(end + 16);
    for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
      const length = archive.readUInt16LE(at + 28);
      const name = archive.toString("utf8", at + 46, at + 46 + length);
      const [method, size, offset] = [
        archive.readUInt16LE(at + 10),
        archive.readUInt32LE(at + 20),
        archive.readUInt32LE(at + 42),
      ];
      entries.set(name, { method, size, offset });
      at += 46 + length + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    }
  } catch (error) {
    throw damaged(error);
  }
  return entries;
}
