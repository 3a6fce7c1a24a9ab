import type { Config } from "../config/config.ts";
import { refitHost } from "../learn/group-refit.ts";
import type { CsvTable } from "../rows/read-csv.ts";
import type { Stores } from "../store/stores.ts";
import { UserError } from "../user-error.ts";
import { type Arrived, fold } from "../watch/fold.ts";
import { newHost } from "../watch/state.ts";
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

/** Rows in one record, as of an agent that sends once an hour. */
const RECORD_ROWS = 60;

/**
 * Fits the host's first baseline to the rows and keeps them as its history, so that refits learn from them too. The
 * fold reads them as it reads samples, so that they have the features of these.
 */
export async function teach(stores: Stores, lesson: Lesson, start: number, config: Config): Promise<void> {
  const { host, group, path, table, intervalMs } = lesson;
  const { names, rows: values } = table;
  const rows = values.length / names.length;
  const times = table.times ?? Float64Array.from({ length: rows }, (_, i) => start - (rows - i) * intervalMs);
  if ((times.at(-1) ?? 0) >= start) throw new UserError(`${path}: its rows must end before the recording begins`);
  const policy = { ...config.policyOf(host, group), rules: [] };
  const { parts } = fold(newHost(host, group), undefined, recordsOf(lesson, times), policy, Number.POSITIVE_INFINITY);
  for (const { part, times } of parts) {
    await stores.baselines.remember(part.schema);
    const { schema, values } = part;
    // All of them are normal, late or not.
    const flags = new Uint8Array(times.length);
    await stores.history.keep({ host, schema, times: Float64Array.from(times), values, flags });
  }
  const ports = { ...stores, policyOf: (host: string, group: string) => config.policyOf(host, group) };
  const report = await refitHost(ports, host, group, config.settingsOf(group), start);
  if (!report) throw new UserError(`${path}: no rows to fit a baseline to`);
  // A fit that the gate refuses is tried again by the next refit, as in a deployment.
  if (report.samples === 0) throw new UserError(`${path}: no baseline could be fitted: ${report.refused}`);
}

function recordsOf({ host, group, table: { names, rows } }: Lesson, times: Float64Array): readonly Arrived[] {
  const schema = { id: schemaId(names), names };
  const width = names.length;
  return Array.from({ length: Math.ceil(times.length / RECORD_ROWS) }, (_, k) => {
    const own = [...times.subarray(k * RECORD_ROWS, (k + 1) * RECORD_ROWS)];
    const from = k * RECORD_ROWS * width;
    const values = rows.slice(from, from + own.length * width);
    return { part: { host, group, schema, times: own, values }, arrival: own.at(-1) ?? 0 };
  });
}
