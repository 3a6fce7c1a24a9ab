import type { CsvTable } from "../rows/read-csv.ts";

/** The rows of one machine as a folder of data has them. At least one of both parts is there. */
export interface DataSet {
  readonly name: string;
  /** Rows to learn from. */
  readonly train?: CsvTable;
  /** Rows to judge, with labels where these are known. */
  readonly test?: CsvTable;
  /** Events of the test part whose causes are known. */
  readonly causes: readonly CausedRows[];
}

/** A data set, or a file that the other commands read as it is. */
export interface FoundSet extends DataSet {
  readonly isRecording: boolean;
}

/** Rows of the test part, both included, and the columns that caused the event. All count from 0. */
export interface CausedRows {
  readonly start: number;
  readonly end: number;
  readonly dims: readonly number[];
}

/** A data set that is not in memory yet: a folder may hold more than fits. */
export interface NamedSet {
  readonly name: string;
  readonly read: () => Promise<FoundSet>;
}

/** Names for columns without a header. */
export function columnNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `metric_${i + 1}`);
}
