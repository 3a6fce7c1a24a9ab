import { collectRows, type HostRecording } from "../replay/recording.ts";
import type { CsvTable } from "../rows/read-csv.ts";
import { UserError } from "../user-error.ts";
import { DEFAULT_GROUP } from "../wire/samples.ts";

/** One machine of a folder: its rows, and their labels and causes. */
export interface Entity {
  readonly name: string;
  /** With a label for each row; all rows before the test are unlabelled. */
  readonly recording: HostRecording & { readonly labels: Uint8Array };
  /** The first row of the test part. */
  readonly from: number;
  /** The usual time between two rows, in milliseconds. */
  readonly intervalMs: number;
  /** Events of the test part whose causes are known. */
  readonly causes: readonly CausedEvent[];
}

/** Times are in milliseconds since the epoch, both included. */
export interface CausedEvent {
  readonly from: number;
  readonly to: number;
  /** The metrics that caused it. */
  readonly metrics: readonly string[];
}

/**
 * The rows of the tables one after the other, as one host sends them. Their times are `times` (ms since the epoch), or
 * else an interval apart from the start that `replay` gives to such rows.
 */
export function recordingOf(
  name: string,
  tables: readonly CsvTable[],
  intervalMs: number,
  times?: Float64Array,
): HostRecording {
  const rows = collectRows(intervalMs);
  let row = 0;
  for (const { names, rows: values } of tables) {
    for (let start = 0; start < values.length; start += names.length, row++) {
      const own = { names, values: values.subarray(start, start + names.length) };
      rows.add({ host: name, group: DEFAULT_GROUP, ...own, ...(times && { time: times[row] ?? Number.NaN }) }, name);
    }
  }
  const [recording] = rows.hosts();
  if (!recording) throw new UserError(`${name}: no rows: give it at least one`);
  return recording;
}
