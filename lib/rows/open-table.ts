import type { Readable } from "node:stream";
import { UserError } from "../user-error.ts";
import { type CellTable, firstRows, peek } from "./cell-table.ts";
import { countLines } from "./csv-lines.ts";
import type { CsvRow } from "./csv-row.ts";
import { ROWS_LOOKED_AT } from "./left-out.ts";
import { openCells } from "./open-cells.ts";
import { pivot } from "./pivot.ts";
import { rowReader } from "./row-reader.ts";
import { type ColumnsOptions, type Survey, surveyColumns } from "./survey.ts";
import { checkRepeats, orderOf, sortRows } from "./time-order.ts";

/** A file with numbers, whatever its format. */
export interface Table extends Survey {
  /** The rows in pieces. Those of a stream come only once. */
  readonly pieces: () => AsyncIterable<Iterable<CsvRow>>;
  /** The number of rows, roughly: empty lines of a text count. Not for a stream. */
  readonly count: () => Promise<number>;
}

export interface TableOptions extends ColumnsOptions {
  /** Rows that do not begin in order of time are sorted, which holds them in memory; absent: they come as they are. */
  readonly sorted?: boolean;
}

/** Opens a file or `input` and looks at its first rows. It may be CSV, JSON or xlsx. Errors name `path`. */
export async function openTable(path: string, options: TableOptions = {}, input?: Readable): Promise<Table> {
  const table = await openCells(path, input);
  // A program that writes to a pipe may wait long between its rows.
  const { first, all } = await peek(table.pieces, input ? 1 : ROWS_LOOKED_AT);
  const survey = surveyColumns(firstRows(path, table, first), options);
  if (first.length === 0 && !input) throw new UserError(`${path}: no rows below the header: give it at least one`);
  const read = () => rowReader(path, table.columns, survey, options);
  const order = options.sorted && survey.time ? orderOf(path, first.map(read()), survey, options) : "rising";
  const whole = () => sortRows(path, { ...table, pieces: all }, read(), order);
  if (survey.key) return { ...survey, ...pivot(path, await whole(), survey.key.of) };
  if (order !== "rising") return heldTable(path, await whole(), survey, options, order);
  if (input) {
    const rows = rowsOf({ ...table, pieces: all }, read());
    return { ...survey, pieces: () => checked(path, rows, survey, options), count: async () => Number.NaN };
  }
  await all.return(undefined);
  async function* again() {
    yield* rowsOf(await openCells(path), read());
  }
  return { ...survey, pieces: () => checked(path, again(), survey, options), count: () => countRows(path, table) };
}

function heldTable(
  path: string,
  rows: readonly CsvRow[],
  survey: Survey,
  options: TableOptions,
  order: "falling" | "mixed",
): Table {
  const how = order === "falling" ? "newest first, and are read from the last" : "not in order of time, and are sorted";
  return {
    ...survey,
    notes: [...survey.notes, `Its rows are ${how}.`],
    pieces: () => checked(path, held(rows), survey, options),
    count: async () => rows.length,
  };
}

async function countRows(path: string, { delimiter, headerLine }: CellTable): Promise<number> {
  if (delimiter !== undefined) return (await countLines(path)) - headerLine;
  let rows = 0;
  for await (const piece of (await openCells(path)).pieces) for (const _ of piece) rows++;
  return rows;
}

async function* rowsOf({ pieces }: CellTable, read: ReturnType<typeof rowReader>): AsyncGenerator<Iterable<CsvRow>> {
  for await (const piece of pieces) yield mapped(piece, read);
}

function* mapped<T, U>(items: Iterable<T>, of: (item: T) => U): Generator<U> {
  for (const item of items) yield of(item);
}

async function* held(rows: readonly CsvRow[]): AsyncGenerator<Iterable<CsvRow>> {
  yield rows;
}

/** Rows of one host and one time would be taken for one sample after the other. */
function checked(
  path: string,
  pieces: AsyncGenerator<Iterable<CsvRow>>,
  survey: Survey,
  options: TableOptions,
): AsyncIterable<Iterable<CsvRow>> {
  return options.verbatim || !survey.time ? pieces : checkRepeats(path, pieces, survey, options);
}
