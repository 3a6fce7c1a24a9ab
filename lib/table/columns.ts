/** What the cells of a column hold; a time is in milliseconds since the epoch. */
type CellType = "text" | "number" | "time" | "boolean";

export interface Column {
  readonly name: string;
  readonly type: CellType;
  /** How a workbook shows its numbers or times, like `0.00`. */
  readonly format?: string;
}

/** Undefined and NaN: nothing is known. */
export type Cell = string | number | boolean | undefined;

/** One cell per column. */
export type Row = readonly Cell[];

export const TABLE_FORMATS = ["csv", "json", "ndjson", "xlsx"] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** A cell as JSON has it: times in ISO 8601, null for what is not known. */
export function jsonCell({ type }: Pick<Column, "type">, cell: Cell): string | number | boolean | null {
  if (cell === undefined || (typeof cell === "number" && !Number.isFinite(cell))) return null;
  return type === "time" ? new Date(Number(cell)).toISOString() : cell;
}
