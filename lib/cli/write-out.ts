import { once } from "node:events";
import { TABLE_FORMATS, type TableFormat } from "../table/columns.ts";
import { createDraft } from "../table/draft.ts";

/** By the end of the file's name; CSV otherwise, and for standard output. */
export function formatOf(path: string | undefined): TableFormat {
  return TABLE_FORMATS.find((format) => path?.toLowerCase().endsWith(`.${format}`)) ?? "csv";
}

type Chunks = AsyncIterable<string | Buffer> | readonly string[];

/** Writes the pieces to a file, which appears when it is whole, or to standard output. */
export async function writeOut(path: string | undefined, chunks: Chunks): Promise<void> {
  if (path === undefined) return print(chunks);
  const draft = createDraft(path);
  try {
    for await (const chunk of chunks) draft.write(chunk);
    draft.finish();
  } catch (error) {
    draft.abandon();
    throw error;
  }
}

/** As fast as it is read. */
async function print(chunks: Chunks): Promise<void> {
  for await (const chunk of chunks) if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
}
