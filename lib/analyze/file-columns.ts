import { openTable, type Table, type TableOptions } from "../rows/open-table.ts";
import { HISTORY_METRICS } from "../table/metrics-history.ts";
import { UserError } from "../user-error.ts";

/** The file, and what its columns hold. */
export interface AnalyzedColumns extends Pick<Table, "leftOut" | "notes" | "hostsSeen" | "pieces" | "count"> {
  readonly metrics: readonly string[];
  /** The column with the time, if the file has one. */
  readonly time?: string;
  /** The column with the host, if the file has one. */
  readonly host?: string;
}

export interface ColumnChoice {
  readonly table: TableOptions;
  readonly preset?: "metrics-history";
}

/** Looks at the first rows of a file: a column with a number among them is a metric. */
export async function surveyColumns(path: string, choice: ColumnChoice): Promise<AnalyzedColumns> {
  const options = { ...choice.table, sorted: true };
  const table = await openTable(path, options);
  if (!choice.preset) return columnsOf(table);
  const { time, leftOut, names } = table;
  if (time === undefined)
    throw new UserError(
      `${path}, line 1: no column named timestamp: the preset needs one, or name another with --time`,
    );
  const foreign = names.filter((name) => !HISTORY_METRICS.some((metric) => metric === name));
  if (foreign.length === names.length)
    throw new UserError(
      `${path}, line 1: none of the preset's columns: it needs at least one of ${HISTORY_METRICS.join(", ")}`,
    );
  const narrow = columnsOf(await openTable(path, { ...options, ignored: [...(options.ignored ?? []), ...foreign] }));
  return { ...narrow, leftOut: [...leftOut, ...foreign.map((name) => ({ name, reason: "no metric of the preset" }))] };
}

function columnsOf({ names, time, host, leftOut, notes, hostsSeen, pieces, count }: Table): AnalyzedColumns {
  const about = { leftOut, notes, hostsSeen, pieces, count, metrics: names };
  return { ...about, ...(time && { time: time.name }), ...(host === undefined ? {} : { host }) };
}
