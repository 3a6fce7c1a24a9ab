import { UserError } from "../user-error.ts";
import { METRICS_MAX } from "../wire/limits.ts";

/** The samples of one host. */
export interface HostRecording {
  readonly host: string;
  readonly group: string;
  /** Milliseconds since the epoch, ascending. */
  readonly times: Float64Array;
  /** In the order of their first values. */
  readonly metrics: readonly RecordedMetric[];
  /** 1 for an anomaly; absent where no row says. */
  readonly labels?: Uint8Array;
}

interface RecordedMetric {
  readonly name: string;
  /** The row with its first value: the host sends the metric from there on. */
  readonly first: number;
  /** One per row; NaN = missing. */
  readonly values: Float64Array;
}

/** One row as a file has it. */
export interface RecordedRow {
  readonly host: string;
  readonly group: string;
  /** Milliseconds since the epoch; absent in files without times. */
  readonly time?: number;
  /** The same array for rows of the same columns, which makes reading fast. */
  readonly names: readonly string[];
  /** One per name; NaN = missing. */
  readonly values: Float64Array;
  readonly label?: boolean;
}

/** 800 MB of doubles: 60 hosts with 38 metrics for a month by the minute. */
const VALUES_MAX = 100_000_000;

/** Rows without times get these. */
const START = Date.UTC(2026, 0, 1);

interface Draft {
  readonly host: string;
  readonly group: string;
  rows: number;
  times: Float64Array;
  labels: Uint8Array | undefined;
  readonly columns: Map<string, Float64Array>;
  /** The columns of the rows' names, kept while these stay the same. */
  names: readonly string[];
  places: (Float64Array | undefined)[];
}

/** Gathers the rows of many hosts; rows without times are `intervalMs` apart. A folder may have them in any order. */
export function collectRows(intervalMs: number) {
  const drafts = new Map<string, Draft>();
  let values = 0;
  return {
    add(row: RecordedRow, where: string): void {
      const draft = drafts.get(row.host) ?? newDraft(row);
      drafts.set(row.host, draft);
      values += draft.columns.size + 1;
      if (values > VALUES_MAX)
        throw new UserError(`${where}: more than ${VALUES_MAX} values: replay fewer hosts or days at a time`);
      addRow(draft, row, intervalMs);
      if (draft.columns.size > METRICS_MAX)
        throw new UserError(
          `${where}: host ${row.host} has more than ${METRICS_MAX} metrics, the most of a record: remove some columns`,
        );
    },
    /** The hosts by name. */
    hosts: (): HostRecording[] => [...drafts.values()].map(recordingOf).sort((a, b) => (a.host < b.host ? -1 : 1)),
  };
}

const ROWS_AT_FIRST = 1_024;

function newDraft({ host, group }: RecordedRow): Draft {
  const times = new Float64Array(ROWS_AT_FIRST);
  return { host, group, rows: 0, times, labels: undefined, columns: new Map(), names: [], places: [] };
}

function addRow(draft: Draft, { time, names, values, label }: RecordedRow, intervalMs: number): void {
  const row = draft.rows++;
  if (row === draft.times.length) grow(draft);
  draft.times[row] = time ?? START + row * intervalMs;
  if (label !== undefined) {
    draft.labels ??= new Uint8Array(draft.times.length);
    draft.labels[row] = Number(label);
  }
  if (names !== draft.names) placeNames(draft, names);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const column = draft.places[i] ?? newColumn(draft, i);
    column[row] = value;
  }
}

function grow(draft: Draft): void {
  const length = 2 * draft.times.length;
  const times = new Float64Array(length);
  times.set(draft.times);
  draft.times = times;
  for (const [name, column] of draft.columns) {
    const longer = new Float64Array(length).fill(Number.NaN, column.length);
    longer.set(column);
    draft.columns.set(name, longer);
  }
  if (draft.labels) {
    const labels = new Uint8Array(length);
    labels.set(draft.labels);
    draft.labels = labels;
  }
  placeNames(draft, draft.names);
}

function placeNames(draft: Draft, names: readonly string[]): void {
  draft.names = names;
  draft.places = names.map((name) => draft.columns.get(name));
}

/** A metric that a host never has is none of its metrics, even if the file has a column for it. */
function newColumn(draft: Draft, place: number): Float64Array {
  const column = new Float64Array(draft.times.length).fill(Number.NaN);
  draft.columns.set(draft.names[place] ?? "", column);
  draft.places[place] = column;
  return column;
}

function recordingOf({ host, group, rows, times, labels, columns }: Draft): HostRecording {
  const order = orderOf(times, rows);
  const sorted = <T extends Float64Array | Uint8Array>(column: T): T =>
    (order ? column.map((_, i) => column[order[i] ?? 0] ?? 0).subarray(0, rows) : column.subarray(0, rows)) as T;
  const metrics = [...columns].map(([name, column]) => {
    const values = sorted(column);
    return { name, first: values.findIndex((value) => !Number.isNaN(value)), values };
  });
  metrics.sort((a, b) => a.first - b.first);
  return { host, group, times: sorted(times), metrics, ...(labels && { labels: sorted(labels) }) };
}

/** The rows by time, equal times as they came; undefined if they are in order. */
function orderOf(times: Float64Array, rows: number): Uint32Array | undefined {
  let row = 1;
  while (row < rows && (times[row - 1] ?? 0) <= (times[row] ?? 0)) row++;
  if (row >= rows) return undefined;
  return Uint32Array.from({ length: rows }, (_, i) => i).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
}
