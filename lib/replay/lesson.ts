import type { Config } from "../config/config.ts";
import { refitHost } from "../learn/group-refit.ts";
import type { CsvTable } from "../rows/read-csv.ts";
import type { Stores } from "../store/stores.ts";
import { UserError } from "../user-error.ts";
import { schemaId } from "../wire/schemas.ts";

/** Rows of normal behaviour that a host had sent before the recording begins. */
export interface Lesson {
  readonly host: string;
  readonly group: string;
  /** The file's name, for errors. */
  readonly path: string;
  readonly table: CsvTable;
  /** Between rows without times, in milliseconds. */
  readonly intervalMs: number;
}

/** Rows in one chunk of history, as of an agent that sends once an hour. */
const CHUNK_ROWS = 60;

/** Fits the host's first baseline to the rows and keeps them as its history, so that refits learn from them too. */
export async function teach(stores: Stores, lesson: Lesson, start: number, config: Config): Promise<void> {
  const { host, group, path, table, intervalMs } = lesson;
  const { names, rows: values } = table;
  const rows = values.length / names.length;
  const times = table.times ?? Float64Array.from({ length: rows }, (_, i) => start - (rows - i) * intervalMs);
  if ((times.at(-1) ?? 0) >= start) throw new UserError(`${path}: its rows must end before the recording begins`);
  const schema = { id: schemaId(names), names };
  await stores.baselines.remember(schema);
  for (let row = 0; row < rows; row += CHUNK_ROWS) {
    const end = Math.min(rows, row + CHUNK_ROWS);
    const own = values.slice(row * names.length, end * names.length);
    const flags = new Uint8Array(end - row);
    await stores.history.keep({ host, schema, times: times.slice(row, end), values: own, flags });
  }
  const ports = { ...stores, policyOf: (host: string, group: string) => config.policyOf(host, group) };
  const report = await refitHost(ports, host, group, config.settings(group), start);
  if (!report) throw new UserError(`${path}: no rows to fit a baseline to`);
  // What the gate refuses is tried again by the next refit, as in a deployment.
  if (report.samples === 0) throw new UserError(`${path}: no baseline could be fitted: ${report.refused}`);
}
