import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TABLE_FORMATS, type TableFormat } from "../table/columns.ts";

/** By the end of the file's name; CSV otherwise, and for standard output. */
export function formatOf(path: string | undefined): TableFormat {
  return TABLE_FORMATS.find((format) => path?.toLowerCase().endsWith(`.${format}`)) ?? "csv";
}

/**
 * Writes the pieces to a file, or to standard output. A file appears when it is whole, in place of what was there, so
 * that nobody reads half of it.
 */
export async function writeOut(path: string | undefined, chunks: AsyncIterable<string | Buffer>): Promise<void> {
  if (path === undefined) return print(chunks);
  // A device or a pipe cannot be replaced.
  const before = await stat(path).catch(() => undefined);
  const draft = before && !before.isFile() ? path : `${path}.partial`;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(draft));
    if (draft !== path) await rename(draft, path);
  } catch (error) {
    if (draft !== path) await rm(draft, { force: true });
    throw error;
  }
}

/** As fast as it is read. */
async function print(chunks: AsyncIterable<string | Buffer>): Promise<void> {
  for await (const chunk of chunks) if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
}
