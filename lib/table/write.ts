import { type Column, jsonCell, type Row, type TableFormat } from "./columns.ts";
import { csvFormat, jsonFormat, ndjsonFormat, type TextFormat } from "./text-format.ts";
import { xlsxOf } from "./xlsx.ts";

/** Files and pipes take about this many characters at once. */
const CHUNK_LENGTH = 64 * 1024;

/** Yields the table piece by piece as rows arrive; only xlsx is in memory as a whole. */
export async function* tableChunks(
  format: TableFormat,
  columns: readonly Column[],
  rows: AsyncIterable<Row>,
): AsyncGenerator<string | Buffer> {
  if (format === "xlsx") yield await xlsxOf(columns, rows);
  else if (format === "csv") yield* chunks(csvFormat(columns), rows);
  else yield* jsonChunks(format, objectsOf(columns, rows));
}

/** Yields any values as JSON, piece by piece. */
export function jsonChunks(format: "json" | "ndjson", values: AsyncIterable<unknown>): AsyncGenerator<string> {
  return chunks(format === "json" ? jsonFormat() : ndjsonFormat(), values);
}

/** The rows as objects by the names of the columns. */
export async function* objectsOf(
  columns: readonly Column[],
  rows: AsyncIterable<Row>,
): AsyncGenerator<Readonly<Record<string, string | number | boolean | null>>> {
  for await (const row of rows)
    yield Object.fromEntries(columns.map((column, i) => [column.name, jsonCell(column, row[i])]));
}

async function* chunks<T>({ head, next, tail }: TextFormat<T>, values: AsyncIterable<T>): AsyncGenerator<string> {
  let chunk = head;
  for await (const value of values) {
    chunk += next(value);
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = "";
  }
  chunk += tail();
  if (chunk !== "") yield chunk;
}
