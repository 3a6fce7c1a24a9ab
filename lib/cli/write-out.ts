import { once } from "node:events";
import { extname } from "node:path";
import { forTerminal } from "../plain-text.ts";
import { TABLE_FORMATS, type TableFormat } from "../table/columns.ts";
import { createDraft } from "../table/draft.ts";
import { UserError } from "../user-error.ts";

/** The extension chooses the format; without one, and for standard output, it is CSV. */
export function formatOf(path: string | undefined): TableFormat {
  const extension = extname(path ?? "")
    .slice(1)
    .toLowerCase();
  const format = TABLE_FORMATS.find((one) => one === extension);
  if (format || path === undefined || extension === "") return format ?? "csv";
  throw new UserError(`${path}: not a format to write: use ${TABLE_FORMATS.map((one) => `.${one}`).join(", ")}`);
}

export function isJson(format: TableFormat): format is "json" | "ndjson" {
  return format === "json" || format === "ndjson";
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

/** Waits while the reader is slower. */
async function print(chunks: Chunks): Promise<void> {
  for await (const chunk of chunks) {
    const printed = typeof chunk === "string" ? forTerminal(chunk) : chunk;
    if (!process.stdout.write(printed)) await once(process.stdout, "drain");
  }
}
