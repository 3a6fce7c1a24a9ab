/** A row of a file. */
export interface CsvRow {
  /** Counted from 1, with the header: the line of a text, the row of a sheet, the item of a list. */
  readonly line: number;
  /** The names of the features, the same array for every row. */
  readonly names: readonly string[];
  /** One value per feature; NaN = missing. */
  readonly values: Float64Array;
  /** Milliseconds since the epoch. */
  readonly time?: number;
  readonly host?: string;
  readonly group?: string;
  /** True for an anomaly, from a column `label` of 0 and 1. */
  readonly label?: boolean;
  /** In a long table, the metric or the device that this row is about. */
  readonly key?: string;
}
