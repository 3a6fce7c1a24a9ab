import { type Column, jsonCell, type Row } from "./columns.ts";

/** A text file that is written value by value, without holding it in memory. */
export interface TextFormat<T> {
  readonly head: string;
  readonly next: (value: T) => string;
  readonly tail: () => string;
}

/** The header and the rows, one line each, by RFC 4180 but with line feeds. */
export function csvFormat(columns: readonly Column[]): TextFormat<Row> {
  const head = csvLine(columns.map(({ name }) => guarded(name)));
  return { head, next: (row) => csvLine(columns.map((column, i) => csvCell(column, row[i]))), tail: () => "" };
}

/** A line of cells, with quotes where CSV needs them. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(quoted).join(",")}\n`;
}

/** One JSON value per line. */
export function ndjsonFormat(): TextFormat<unknown> {
  return { head: "", next: (value) => `${JSON.stringify(value)}\n`, tail: () => "" };
}

/** One JSON array, one value per line. */
export function jsonFormat(): TextFormat<unknown> {
  let before = "\n";
  return {
    head: "[",
    next(value) {
      const text = `${before}${JSON.stringify(value)}`;
      before = ",\n";
      return text;
    },
    tail: () => (before === "\n" ? "]\n" : "\n]\n"),
  };
}

/**
 * A spreadsheet takes such text for a formula (https://owasp.org/www-community/attacks/CSV_Injection), in full width
 * too. One that separates by semicolons or tabs ignores our quotes, and sees a cell behind each of them and each line.
 */
const FORMULA = /(^|[;\t\r\n])(?=[ '"]*[=+\-@＝＋－＠])/g;
const GUARDED_FORMULA = /(^|[;\t\r\n])'(?=[ '"]*[=+\-@＝＋－＠])/g;

/** The exit to spreadsheets: puts a quote before text that a spreadsheet would calculate. */
export function guarded(text: string): string {
  return text.replace(FORMULA, "$1'");
}

/** Takes that quote away again. */
export function unguarded(text: string): string {
  return text.replace(GUARDED_FORMULA, "$1");
}

function csvCell(column: Column, cell: Row[number]): string {
  const value = jsonCell(column, cell);
  if (value === null) return "";
  return column.type === "text" ? guarded(String(value)) : String(value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
