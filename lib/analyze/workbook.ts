import type { Cell, SheetData } from "write-excel-file/node";
import type { Column, Row } from "./layout.ts";

/** Rows of a sheet, the header among them: https://support.microsoft.com/office/excel-specifications-and-limits */
export const SHEET_ROWS_MAX = 1_048_576;
/** A sheet is built whole before it is written, at about half a kilobyte per cell: 270 MB beside the program itself. */
export const SHEET_CELLS_MAX = 500_000;

/** Gathers the rows of an Excel file: times are dates, numbers numbers, scores shown with two decimals. */
export function createWorkbook(columns: readonly Column[], sheet: string) {
  const data: SheetData = [columns.map(({ title }) => ({ value: title, type: String, fontWeight: "bold" as const }))];
  return {
    add(row: Row): void {
      if (data.length >= rowsMax(columns.length)) throw new RangeError(tooLarge(data.length, columns.length) ?? "");
      data.push(columns.map((column) => cellOf(column, row)));
    },
    async bytes(): Promise<Uint8Array> {
      // Loaded when it is needed: every other command would wait for it, too.
      const { default: writeExcelFile } = await import("write-excel-file/node");
      const widths = columns.map(({ kind, title }) => ({
        width: Math.max(kind === "time" ? 20 : 10, title.length + 2),
      }));
      return writeExcelFile(data, { sheet, columns: widths, stickyRowsCount: 1 }).toBuffer();
    },
  };
}

/** Rows below the header that a sheet of so many columns has room for. */
function rowsMax(columns: number): number {
  return Math.min(SHEET_ROWS_MAX, Math.floor(SHEET_CELLS_MAX / columns)) - 1;
}

/** Why so many rows are too many for an Excel file, and what to do; undefined where they are not. */
export function tooLarge(rows: number, columns: number): string | undefined {
  if (rows <= rowsMax(columns)) return undefined;
  const limit =
    rows >= SHEET_ROWS_MAX
      ? `Excel has room for ${SHEET_ROWS_MAX - 1} below the header`
      : `${columns} columns wide it can have ${rowsMax(columns)}, for it is built in memory`;
  return `${rows} rows are too many for an xlsx file: ${limit}: write csv, or add --only-anomalies`;
}

function cellOf({ kind, of }: Column, row: Row): Cell {
  const value = of(row);
  if (value === undefined) return null;
  if (typeof value === "boolean") return { value: value ? "Yes" : "No", type: String };
  if (typeof value === "string") return { value, type: String };
  if (kind === "time") return { value: new Date(value), type: Date, format: "yyyy-mm-dd hh:mm:ss" };
  return { value, type: Number, ...(kind === "score" ? { format: "0.00" } : {}) };
}
