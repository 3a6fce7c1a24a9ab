import { type JoinedTable, openJoined } from "../rows/joined-table.ts";
import type { TableOptions } from "../rows/open-table.ts";
import { HISTORY_METRICS } from "../table/metrics-history.ts";
import { UserError } from "../user-error.ts";

/** The file, and what its columns hold. */
export interface AnalyzedColumns extends Pick<JoinedTable, "leftOut" | "notes" | "hostsSeen" | "pieces" | "count"> {
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

/** Looks at the first rows of a file, or of each file of a folder: a column with a number among them is a metric. */
export async function surveyColumns(path: string, choice: ColumnChoice): Promise<AnalyzedColumns> {
  const options = { ...choice.table, sorted: true };
  const table = await openJoined(path, options);
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
  const narrow = columnsOf(await openJoined(path, { ...options, foreign }));
  return { ...narrow, leftOut: [...leftOut, ...foreign.map((name) => ({ name, reason: "no metric of the preset" }))] };
}

function columnsOf({ names, time, host, leftOut, notes, hostsSeen, pieces, count }: JoinedTable): AnalyzedColumns {
  const about = { leftOut, notes, hostsSeen, pieces, count, metrics: names };
  return { ...about, ...(time && { time: time.name }), ...(host === undefined ? {} : { host }) };
}
