import type { Readable } from "node:stream";
import { UserError } from "../user-error.ts";
import { parseDateTime } from "../wire/date.ts";
import { VALUE_MAX } from "../wire/limits.ts";
import { parseLine, piecesOf } from "./csv-lines.ts";

/** One line of a CSV file. */
export interface CsvRow {
  /** Counted from 1; the header is line 1. */
  readonly line: number;
  /** The names of the features, the same array for every row. */
  readonly names: readonly string[];
  /** One value per feature; NaN = missing. */
  readonly values: Float64Array;
  /** Milliseconds since the epoch, from a column `time` or `timestamp`. */
  readonly time?: number;
  readonly host?: string;
  readonly group?: string;
  /** True for an anomaly, from a column `label` of 0 and 1. */
  readonly label?: boolean;
}

/** A whole CSV file. */
export interface CsvTable {
  readonly names: readonly string[];
  /** Row-major, `names.length` values each; NaN = missing. */
  readonly rows: Float64Array;
  /** 1 for an anomaly. */
  readonly labels?: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly times?: Float64Array;
}

/** 400 MB of doubles: a year by the minute of 95 metrics. */
export const TABLE_VALUES_MAX = 50_000_000;

/** Reads a file whole. With `label: "required"` a file without that column is refused. */
export async function readCsv(path: string, options: { readonly label?: "required" } = {}): Promise<CsvTable> {
  let names: readonly string[] = [];
  const values: number[] = [];
  const labels: number[] = [];
  const times: number[] = [];
  for await (const row of streamCsv(path)) {
    if (options.label && row.label === undefined)
      throw new UserError(`${path}, line 1: no column named label: add one with 0 for normal rows and 1 for anomalies`);
    names = row.names;
    values.push(...row.values);
    if (row.label !== undefined) labels.push(Number(row.label));
    if (row.time !== undefined) times.push(row.time);
    if (values.length > TABLE_VALUES_MAX)
      throw new UserError(`${path}, line ${row.line}: more than ${TABLE_VALUES_MAX} values: use a shorter file`);
  }
  if (values.length === 0) throw new UserError(`${path}: no rows below the header: give it at least one`);
  return {
    names,
    rows: new Float64Array(values),
    ...(labels.length > 0 ? { labels: new Uint8Array(labels) } : {}),
    ...(times.length > 0 ? { times: new Float64Array(times) } : {}),
  };
}

/** The roles of columns whose names do not tell. */
export interface ColumnsOptions {
  /** The column with the time; absent: the one named `time` or `timestamp`. */
  readonly time?: string;
  /** Columns that are not read. */
  readonly ignored?: ReadonlySet<string>;
}

/** Reads a file or `input` row by row. The first bytes show whether it is gzipped. Errors name `path`. */
export async function* streamCsv(path: string, input?: Readable, options?: ColumnsOptions): AsyncGenerator<CsvRow> {
  for await (const rows of streamPieces(path, input, options)) yield* rows;
}

/** Yields the same rows in the pieces of the reads, for files of millions of rows. It parses each row on demand. */
export async function* streamPieces(
  path: string,
  input?: Readable,
  options: ColumnsOptions = {},
): AsyncGenerator<Iterable<CsvRow>> {
  let header: Header | undefined;
  let line = 0;
  function* parsed(lines: readonly string[]): Generator<CsvRow> {
    for (const text of lines) {
      line++;
      if (text.trim() === "") continue;
      if (header) yield parseRow(parseLine(path, line, text, header.delimiter).cells, header, { path, line });
      else header = parseHeader(path, line, text, options);
    }
  }
  for await (const lines of piecesOf(path, input)) yield parsed(lines);
  if (!header) throw new UserError(`${path}: empty: it needs a header line with the columns' names`);
}

type Role = "time" | "host" | "group" | "label" | "ignored";

const ROLES: Readonly<Record<string, Role>> = {
  time: "time",
  timestamp: "time",
  host: "host",
  group: "group",
  label: "label",
};

interface Header {
  readonly delimiter: string;
  readonly columns: readonly string[];
  /** By column; undefined for a feature. */
  readonly roles: readonly (Role | undefined)[];
  readonly names: readonly string[];
}

/** The role of a column by its name; undefined for a feature. */
export function roleOf(name: string, { time, ignored }: ColumnsOptions = {}): Role | undefined {
  if (ignored?.has(name)) return "ignored";
  if (name === time) return "time";
  const role = ROLES[name.toLowerCase()];
  return role === "time" && time !== undefined ? undefined : role;
}

function parseHeader(path: string, line: number, text: string, options: ColumnsOptions): Header {
  const { cells, delimiter } = parseLine(path, line, text);
  const columns = cells.map((cell) => cell.trim());
  const roles = columns.map((name) => roleOf(name, options));
  const seen = new Map<string, number>();
  for (const [i, name] of columns.entries()) {
    const where = `${path}, line ${line}, column ${i + 1}`;
    if (name === "") throw new UserError(`${where}: the column has no name: name it, or remove it`);
    const role = roles[i];
    // A metric may be called time if another column has the times.
    const key = role === undefined || role === "ignored" ? `"${name}"` : role;
    const earlier = seen.get(key);
    if (earlier !== undefined)
      throw new UserError(
        `${where}: "${name}" repeats column ${earlier + 1}, "${columns[earlier]}": rename or remove one`,
      );
    seen.set(key, i);
  }
  const names = columns.filter((_, i) => roles[i] === undefined);
  if (names.length === 0) throw new UserError(`${path}, line ${line}: no feature columns: add one per metric`);
  return { delimiter, columns, roles, names };
}

interface Place {
  readonly path: string;
  readonly line: number;
}

type Draft = { -readonly [key in keyof CsvRow]: CsvRow[key] };

function parseRow(cells: readonly string[], header: Header, { path, line }: Place): CsvRow {
  const { columns, roles, names } = header;
  if (cells.length !== columns.length)
    throw new UserError(
      `${path}, line ${line}, column ${Math.min(cells.length, columns.length) + 1}: ${cells.length} cells where the header ` +
        `has ${columns.length}: every line needs one cell per column, empty when the value is missing`,
    );
  const values = new Float64Array(names.length);
  const row: Draft = { line, names, values };
  let feature = 0;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]?.trim() ?? "";
    const role = roles[i];
    const wrong = role === undefined ? readNumber(cell, values, feature++) : readRole(cell, role, row);
    if (wrong) throw new UserError(`${path}, line ${line}, column ${i + 1} (${columns[i]}): "${cell}" ${wrong}`);
  }
  return row;
}

/** Stores the number of a cell among the values, or returns the problem. */
export function readNumber(cell: string, values: Float64Array, place: number): string | undefined {
  const value = cell === "" || cell === "NaN" ? Number.NaN : Number(cell);
  values[place] = value;
  if (Math.abs(value) <= VALUE_MAX) return undefined;
  if (!Number.isNaN(value))
    return `is beyond ${VALUE_MAX}, which no metric reaches: leave the cell empty when the value is missing`;
  if (cell === "" || cell.toLowerCase() === "nan") return undefined;
  return "is not a number: write one with a decimal point, or leave the cell empty when the value is missing";
}

/** Does the same for a cell that is not a number. */
function readRole(cell: string, role: Role, row: Draft): string | undefined {
  if (role === "ignored") return undefined;
  if (role === "time") {
    row.time = csvTime(cell);
    return Number.isNaN(row.time)
      ? "is not a time: write it as 2026-09-23T12:34:56Z, or as Unix seconds or milliseconds"
      : undefined;
  }
  if (role === "label") {
    const label = cell === "" ? Number.NaN : Number(cell);
    row.label = label === 1;
    return label === 0 || label === 1 ? undefined : "is not a label: write 0 for a normal row or 1 for an anomaly";
  }
  if (cell !== "") row[role] = cell;
  return undefined;
}

/** Numbers in this range are Unix seconds (the years 1973 to 5138); a thousand times as large, milliseconds. */
const SECONDS_MIN = 1e8;
const SECONDS_END = 1e11;

/** Reads Unix seconds, Unix milliseconds or ISO 8601 as milliseconds since the epoch; NaN for anything else. */
export function csvTime(cell: string): number {
  const number = cell === "" ? Number.NaN : Number(cell);
  if (number >= SECONDS_MIN && number < SECONDS_END) return Math.round(number * 1000);
  if (number >= SECONDS_END && number < SECONDS_END * 1000) return Math.round(number);
  return parseDateTime(cell);
}
