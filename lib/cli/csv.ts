import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import Papa from "papaparse";
import { VALUE_MAX } from "../wire/limits.ts";

/** A CSV file that cannot be used as it stands; the message says where it is wrong and how to mend it. */
export class CsvError extends Error {
  override readonly name = "CsvError";
}

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

/** A line of 256 metrics takes about 6 KB; what is longer has no line ends, or is no text. */
const LINE_LENGTH_MAX = 1024 * 1024;
/** 400 MB of doubles: a year by the minute of 95 metrics. */
const TABLE_VALUES_MAX = 50_000_000;

/** Reads a file whole. With `label: "required"` a file without that column is refused. */
export async function readCsv(path: string, options: { readonly label?: "required" } = {}): Promise<CsvTable> {
  let names: readonly string[] = [];
  const values: number[] = [];
  const labels: number[] = [];
  const times: number[] = [];
  for await (const row of streamCsv(path)) {
    if (options.label && row.label === undefined)
      throw new CsvError(`${path}, line 1: no column named label: add one with 0 for normal rows and 1 for anomalies`);
    names = row.names;
    values.push(...row.values);
    if (row.label !== undefined) labels.push(Number(row.label));
    if (row.time !== undefined) times.push(row.time);
    if (values.length > TABLE_VALUES_MAX)
      throw new CsvError(`${path}, line ${row.line}: more than ${TABLE_VALUES_MAX} values: use a shorter file`);
  }
  if (values.length === 0) throw new CsvError(`${path}: no rows below the header: give it at least one`);
  return {
    names,
    rows: new Float64Array(values),
    ...(labels.length > 0 ? { labels: new Uint8Array(labels) } : {}),
    ...(times.length > 0 ? { times: new Float64Array(times) } : {}),
  };
}

/** Reads a file, or the `input` that goes by the name of `path`, row by row; gzipped or not, by its first bytes. */
export async function* streamCsv(path: string, input?: Readable): AsyncGenerator<CsvRow> {
  let header: Header | undefined;
  let line = 0;
  for await (const text of linesOf(path, input ?? createReadStream(path))) {
    line++;
    if (text.trim() === "") continue;
    if (header) yield parseRow(parseLine(path, line, text, header.delimiter).cells, header, { path, line });
    else header = parseHeader(path, line, text);
  }
  if (!header) throw new CsvError(`${path}: empty: it needs a header line with the columns' names`);
}

type Role = "time" | "host" | "group" | "label";

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

function parseHeader(path: string, line: number, text: string): Header {
  const { cells, delimiter } = parseLine(path, line, text);
  const columns = cells.map((cell) => cell.trim());
  const roles = columns.map((name) => ROLES[name.toLowerCase()]);
  const seen = new Map<string, number>();
  for (const [i, name] of columns.entries()) {
    const where = `${path}, line ${line}, column ${i + 1}`;
    if (name === "") throw new CsvError(`${where}: the column has no name: name it, or remove it`);
    const key = roles[i] ?? name;
    const earlier = seen.get(key);
    if (earlier !== undefined)
      throw new CsvError(
        `${where}: "${name}" repeats column ${earlier + 1}, "${columns[earlier]}": rename or remove one`,
      );
    seen.set(key, i);
  }
  const names = columns.filter((_, i) => roles[i] === undefined);
  if (names.length === 0) throw new CsvError(`${path}, line ${line}: no feature columns: add one per metric`);
  return { delimiter, columns, roles, names };
}

interface Place {
  readonly path: string;
  readonly line: number;
}

function parseRow(cells: readonly string[], header: Header, { path, line }: Place): CsvRow {
  const { columns, roles, names } = header;
  if (cells.length !== columns.length)
    throw new CsvError(
      `${path}, line ${line}, column ${Math.min(cells.length, columns.length) + 1}: ${cells.length} cells where the header ` +
        `has ${columns.length}: every line needs one cell per column, empty when the value is missing`,
    );
  const values = new Float64Array(names.length);
  const row: { -readonly [key in keyof CsvRow]: CsvRow[key] } = { line, names, values };
  let feature = 0;
  for (const [i, raw] of cells.entries()) {
    const cell = raw.trim();
    const wrong = (what: string) =>
      new CsvError(`${path}, line ${line}, column ${i + 1} (${columns[i]}): "${cell}" ${what}`);
    const role = roles[i];
    if (role === undefined) values[feature++] = parseNumber(cell, wrong);
    else if (role === "time") row.time = parseTime(cell, wrong);
    else if (role === "label") row.label = parseLabel(cell, wrong);
    else if (cell !== "") row[role] = cell;
  }
  return row;
}

type Wrong = (what: string) => CsvError;

function parseNumber(cell: string, wrong: Wrong): number {
  if (cell === "" || cell.toLowerCase() === "nan") return Number.NaN;
  const value = Number(cell);
  if (Number.isNaN(value))
    throw wrong("is not a number: write one with a decimal point, or leave the cell empty when the value is missing");
  if (Math.abs(value) > VALUE_MAX)
    throw wrong(`is beyond ${VALUE_MAX}, which no metric reaches: leave the cell empty when the value is missing`);
  return value;
}

function parseLabel(cell: string, wrong: Wrong): boolean {
  const value = cell === "" ? Number.NaN : Number(cell);
  if (value !== 0 && value !== 1) throw wrong("is not a label: write 0 for a normal row or 1 for an anomaly");
  return value === 1;
}

/** Numbers in this range are Unix seconds (the years 1973 to 5138); a thousand times as large, milliseconds. */
const SECONDS_MIN = 1e8;
const SECONDS_END = 1e11;
const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Milliseconds since the epoch from a cell with Unix seconds or milliseconds, or ISO 8601; NaN when it is none of them. */
export function csvTime(cell: string): number {
  const number = cell === "" ? Number.NaN : Number(cell);
  if (number >= SECONDS_MIN && number < SECONDS_END) return Math.round(number * 1000);
  if (number >= SECONDS_END && number < SECONDS_END * 1000) return Math.round(number);
  return parseDateTime(cell);
}

function parseTime(cell: string, wrong: Wrong): number {
  const time = csvTime(cell);
  if (Number.isNaN(time))
    throw wrong("is not a time: write it as 2026-09-23T12:34:56Z, or as Unix seconds or milliseconds");
  return time;
}

/** NaN when it is none. Without a zone it is UTC, so that a file means the same on every machine. */
function parseDateTime(cell: string): number {
  const [, date = "", time = "00:00", zone = "Z"] = DATE_TIME.exec(cell) ?? [];
  const midnight = Date.parse(date);
  // Date.parse takes the 31st of February for a day in March.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return Number.NaN;
  return Date.parse(`${date}T${time}${zone.replace(/(\d\d)(\d\d)/, "$1:$2").toUpperCase()}`);
}

function parseLine(path: string, line: number, text: string, delimiter = "") {
  const { data, errors, meta } = Papa.parse<string[]>(text, { delimiter });
  const quotes = errors.find((error) => error.type === "Quotes");
  if (quotes)
    throw new CsvError(
      `${path}, line ${line}: ${quotes.message}: close the quote on the same line, and double quotes within quotes`,
    );
  return { cells: data[0] ?? [], delimiter: meta.delimiter };
}

async function* linesOf(path: string, input: Readable): AsyncGenerator<string> {
  let rest = "";
  let line = 0;
  for await (const text of textOf(path, input)) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? "";
    line += lines.length;
    if (rest.length > LINE_LENGTH_MAX)
      throw new CsvError(`${path}, line ${line + 1}: longer than ${LINE_LENGTH_MAX} characters: is this a CSV file?`);
    yield* lines;
  }
  if (rest !== "") yield rest;
}

async function* textOf(path: string, input: Readable): AsyncGenerator<string> {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    for await (const bytes of inflated(input)) yield decoder.decode(bytes, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw new CsvError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file: check the path",
  EISDIR: "is a folder: name a file in it",
  EACCES: "may not be read: check its permissions",
  ERR_ENCODING_INVALID_ENCODED_DATA: "is not UTF-8 text: save it as UTF-8",
  Z_DATA_ERROR: "its gzip data is damaged: copy or compress it again",
  Z_BUF_ERROR: "its gzip data ends too early: copy or compress it again",
};

function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? `cannot be read: ${error}`;
}

async function* inflated(input: Readable): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = input[Symbol.asyncIterator]();
  const head = await firstBytes(chunks);
  const whole = Readable.from(startingWith(head, chunks));
  const gzipped = head[0] === 0x1f && head[1] === 0x8b;
  // What fails in the pipeline is thrown to whoever reads its end, so the callback has nothing to add.
  yield* gzipped ? pipeline(whole, createGunzip(), () => {}) : whole;
}

/** At least two bytes, the length of gzip's mark, unless the input ends before. */
async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* startingWith(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => chunks };
}
