import { UserError } from "../user-error.ts";
import type { CsvRow } from "./csv-row.ts";
import { openTable } from "./open-table.ts";

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
  for await (const row of rowsOf(path)) {
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

/** The rows, each column without a role as a metric. */
async function* rowsOf(path: string): AsyncGenerator<CsvRow> {
  const { pieces } = await openTable(path, { verbatim: true });
  for await (const rows of pieces()) yield* rows;
}
