import { type Column, jsonCell, type Row } from "./columns.ts";

/** The rows as objects by the names of the columns. */
export async function* objectsOf(
  columns: readonly Column[],
  rows: AsyncIterable<Row>,
): AsyncGenerator<Readonly<Record<string, string | number | boolean | null>>> {
  for await (const row of rows)
    yield Object.fromEntries(columns.map((column, i) => [column.name, jsonCell(column, row[i])]));
}

/** One JSON value to a line. */
export async function* ndjsonLines(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

/** One JSON array, a value to a line. */
export async function* jsonLines(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  let before = "[\n";
  for await (const value of values) {
    yield `${before}${JSON.stringify(value)}`;
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}
