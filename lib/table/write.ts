import type { Column, Row, TableFormat } from "./columns.ts";
import { csvLines } from "./csv.ts";
import { jsonLines, ndjsonLines, objectsOf } from "./json.ts";
import { xlsxOf } from "./xlsx.ts";

/** As much goes to a file or a pipe at once as these take anyway. */
const CHUNK_LENGTH = 64 * 1024;

/** The table in that format, piece by piece; only xlsx is in memory as a whole. Rows are asked for as pieces are. */
export async function* tableChunks(
  format: TableFormat,
  columns: readonly Column[],
  rows: AsyncIterable<Row>,
): AsyncGenerator<string | Buffer> {
  if (format === "xlsx") yield await xlsxOf(columns, rows);
  else if (format === "csv") yield* joined(csvLines(columns, rows));
  else yield* jsonChunks(format, objectsOf(columns, rows));
}

/** Any values as JSON, piece by piece. */
export function jsonChunks(format: "json" | "ndjson", values: AsyncIterable<unknown>): AsyncGenerator<string> {
  return joined(format === "json" ? jsonLines(values) : ndjsonLines(values));
}

async function* joined(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = "";
  for await (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
