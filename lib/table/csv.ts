import { type Column, jsonCell, type Row } from "./columns.ts";

/** What a spreadsheet would take for a formula; some texts come from whoever has the link in an alert. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** The text with a quote before it where a spreadsheet would calculate it. */
function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that was guarded. */
export function unguarded(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}

/** The header and each row as a line of its own, by RFC 4180 but with a line feed at the end. */
export async function* csvLines(columns: readonly Column[], rows: AsyncIterable<Row>): AsyncGenerator<string> {
  yield lineOf(columns.map(({ name }) => quoted(guarded(name))));
  for await (const row of rows) yield lineOf(columns.map((column, i) => csvCell(column, row[i])));
}

function lineOf(cells: readonly string[]): string {
  return `${cells.join(",")}\n`;
}

function csvCell(column: Column, cell: Row[number]): string {
  const value = jsonCell(column, cell);
  if (value === null) return "";
  return column.type === "text" ? quoted(guarded(String(value))) : String(value);
}

/** A cell as CSV has it: in quotes where it must be. */
export function quoted(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
