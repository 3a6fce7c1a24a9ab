import { linesOf, parseLine } from "../rows/csv-lines.ts";
import { type ColumnsOptions, csvTime, roleOf } from "../rows/read-csv.ts";
import { HISTORY_METRICS } from "../table/metrics-history.ts";
import { UserError } from "../user-error.ts";

/** The roles of the columns in the analysed file. */
export interface AnalyzedColumns extends ColumnsOptions {
  readonly metrics: readonly string[];
  /** The column with the time, if the file has one. */
  readonly time?: string;
  /** The column with the host, if the file has one. */
  readonly host?: string;
  /** The number of hosts among the first rows; 1 without such a column. */
  readonly hostsSeen: number;
  /** Columns that are not judged, with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

export interface ColumnChoice {
  readonly time?: string;
  readonly ignored: readonly string[];
  readonly preset?: "metrics-history";
}

/** This many rows show which columns hold numbers. */
const ROWS_LOOKED_AT = 1_000;

/** Surveys the first rows of a file: a column with a number among them is a metric. */
export async function surveyColumns(path: string, choice: ColumnChoice): Promise<AnalyzedColumns> {
  const { columns, rows } = await firstRows(path);
  for (const name of [...choice.ignored, ...(choice.time ? [choice.time] : [])])
    if (!columns.includes(name)) throw new UserError(`${path}, line 1: no column named ${name}: ${namesOf(columns)}`);
  const cellsOf = (name: string) => rows.map((cells) => (cells[columns.indexOf(name)] ?? "").trim()).filter(Boolean);
  const time =
    choice.time ?? columns.find((name) => roleOf(name) === "time") ?? columns.find((n) => isDates(cellsOf(n)));
  const host = columns.find((name) => roleOf(name) === "host");
  const reasonOf = (name: string) => reasonLeftOut(name, cellsOf(name), choice);
  const leftOut = columns
    .filter((name) => name !== time && name !== host)
    .flatMap((name) => {
      const reason = reasonOf(name);
      return reason === undefined ? [] : [{ name, reason }];
    });
  const ignored = new Set(leftOut.map(({ name }) => name));
  const metrics = columns.filter((name) => name !== time && name !== host && !ignored.has(name));
  if (metrics.length === 0) throw new UserError(`${path}, line 1: ${noMetrics(choice)}`);
  if (choice.preset && time === undefined)
    throw new UserError(
      `${path}, line 1: no column named timestamp: the preset needs one, or name another with --time`,
    );
  return {
    metrics,
    ignored,
    leftOut,
    hostsSeen: host === undefined ? 1 : Math.max(1, new Set(cellsOf(host)).size),
    ...(time === undefined ? {} : { time }),
    ...(host === undefined ? {} : { host }),
  };
}

async function firstRows(path: string): Promise<{ columns: string[]; rows: (readonly string[])[] }> {
  let columns: string[] | undefined;
  let delimiter = "";
  const rows: (readonly string[])[] = [];
  let line = 0;
  for await (const text of linesOf(path)) {
    line++;
    if (text.trim() === "") continue;
    const parsed = parseLine(path, line, text, delimiter);
    delimiter = parsed.delimiter;
    if (columns) rows.push(parsed.cells);
    else columns = parsed.cells.map((cell) => cell.trim());
    if (rows.length >= ROWS_LOOKED_AT) break;
  }
  if (!columns) throw new UserError(`${path}: empty: it needs a header line with the columns' names`);
  if (rows.length === 0) throw new UserError(`${path}: no rows below the header: give it at least one`);
  return { columns, rows };
}

function isDates(cells: readonly string[]): boolean {
  return cells.length > 0 && cells.every((cell) => !isNumber(cell) && !Number.isNaN(csvTime(cell)));
}

/** The reason why a column is not judged; undefined if it is. */
function reasonLeftOut(name: string, cells: readonly string[], { ignored, preset }: ColumnChoice): string | undefined {
  if (ignored.includes(name)) return "as asked";
  const role = roleOf(name);
  if (role === "label" || role === "group") return `a ${role}`;
  if (preset && !HISTORY_METRICS.some((metric) => metric === name)) return "no metric of the preset";
  const strange = cells.length > 0 && !cells.some(isNumber);
  return strange ? `no number in the first ${ROWS_LOOKED_AT} rows, but "${cells[0]}"` : undefined;
}

function isNumber(cell: string): boolean {
  return cell.toLowerCase() === "nan" || !Number.isNaN(Number(cell));
}

function noMetrics({ preset }: ColumnChoice): string {
  return preset
    ? `none of the preset's columns: it needs at least one of ${HISTORY_METRICS.join(", ")}`
    : "no column holds numbers: add one per metric";
}

function namesOf(columns: readonly string[]): string {
  return `it has ${columns.join(", ")}`;
}
