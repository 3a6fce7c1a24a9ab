import type { CsvTable } from "../rows/read-csv.ts";
import { type Column, columns, type Row } from "../table/columns.ts";

/** How the rows of a set are written. */
export interface RowsOptions {
  readonly host: string;
  /** Time of the first row, for rows that have none, in milliseconds since the epoch. */
  readonly start: number;
  /** From such a row to the next, in milliseconds. */
  readonly intervalMs: number;
}

export function setColumns({ names, labels }: CsvTable): readonly Column[] {
  return [
    ...columns("time", "time"),
    ...columns("text", "host"),
    ...columns("number", ...names, ...(labels ? ["label"] : [])),
  ];
}

/** The rows as `evaluate`, `fit`, `replay`, `send` and `analyze` read them. */
export async function* setRows(table: CsvTable, { host, start, intervalMs }: RowsOptions): AsyncGenerator<Row> {
  const { names, rows, times, labels } = table;
  const width = names.length;
  for (let row = 0; row < rows.length / width; row++) {
    const time = times?.[row] ?? start + row * intervalMs;
    yield [time, host, ...rows.subarray(row * width, (row + 1) * width), ...(labels ? [labels[row] ?? 0] : [])];
  }
}
