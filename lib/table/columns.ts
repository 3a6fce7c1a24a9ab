/** The type of all cells of a column; a time is in milliseconds since the epoch. */
type CellType = "text" | "number" | "time" | "boolean";

export interface Column {
  readonly name: string;
  readonly type: CellType;
  /** The format of numbers or times in a workbook, such as `0.00`. */
  readonly format?: string;
}

/** Columns of one type, in order. */
export function columns(type: CellType, ...names: readonly string[]): Column[] {
  return names.map((name) => ({ name, type }));
}

/** Undefined and NaN mean unknown. */
export type Cell = string | number | boolean | undefined;

/** One cell per column. */
export type Row = readonly Cell[];

export const TABLE_FORMATS = ["csv", "json", "ndjson", "xlsx"] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** A cell in JSON: times in ISO 8601, null for unknown. */
export function jsonCell({ type }: Pick<Column, "type">, cell: Cell): string | number | boolean | null {
  if (cell === undefined || (typeof cell === "number" && !Number.isFinite(cell))) return null;
  return type === "time" ? new Date(Number(cell)).toISOString() : cell;
}
