import type { SheetData, Cell as XlsxCell } from "write-excel-file/node";
import { type Column, jsonCell, type Row } from "./columns.ts";

/** A workbook is built in memory and takes half a kilobyte per cell: at this limit the process takes 300 MB. */
const XLSX_CELLS_MAX = 500_000;
/** The limits of a sheet in Excel (https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3). */
const XLSX_ROWS_MAX = 1_048_576;
const SHEET_COLUMNS_MAX = 16_384;
const CELL_LENGTH_MAX = 32_767;

/** Excel has no time zones: times are in UTC. */
const TIME_FORMAT = "yyyy-mm-dd hh:mm:ss.000";
/** In characters; wide enough for a time. */
const TIME_WIDTH = 24;
const WIDTH_MIN = 10;

/** A workbook of one sheet under construction; its first row, the names, stays visible. */
export function createWorkbook(columns: readonly Column[], name = "export") {
  const sheet: SheetData = [columns.map((column) => ({ value: textOf(column.name), fontWeight: "bold" }))];
  return {
    /** Throws a RangeError if there is no room. */
    add(row: Row): void {
      const problem = tooLarge(sheet.length, columns.length);
      if (problem) throw new RangeError(`${problem}: write csv, or take less at a time`);
      sheet.push(columns.map((column, i) => xlsxCell(column, row[i])));
    },
    async bytes(): Promise<Buffer> {
      // Loaded only here, so that no other command waits for it.
      const { default: writeXlsx } = await import("write-excel-file/node");
      const widths = columns.map((column) => ({
        width: Math.max(column.type === "time" ? TIME_WIDTH : WIDTH_MIN, column.name.length + 2),
      }));
      return writeXlsx(sheet, { sheet: name, columns: widths, stickyRowsCount: 1 }).toBuffer();
    },
  };
}

export async function xlsxOf(columns: readonly Column[], rows: AsyncIterable<Row>): Promise<Buffer> {
  const workbook = createWorkbook(columns);
  for await (const row of rows) workbook.add(row);
  return workbook.bytes();
}

/** Says why a workbook has no room for this many rows below the names; undefined if it has room. */
export function tooLarge(rows: number, columns: number): string | undefined {
  if (columns > SHEET_COLUMNS_MAX)
    return `${columns} columns are too many for an xlsx file: Excel has room for ${SHEET_COLUMNS_MAX}`;
  const rowsMax = Math.min(XLSX_ROWS_MAX, Math.floor(XLSX_CELLS_MAX / columns)) - 1;
  if (rows <= rowsMax) return undefined;
  const limit =
    rows >= XLSX_ROWS_MAX
      ? `Excel has room for ${XLSX_ROWS_MAX - 1} below the header`
      : `${columns} columns wide it can have ${rowsMax}, for it is built in memory`;
  return `${rows} rows are too many for an xlsx file: ${limit}`;
}

function xlsxCell({ type, format }: Column, cell: Row[number]): XlsxCell {
  const value = jsonCell({ type }, cell);
  if (value === null) return null;
  if (type === "time") return { value: new Date(Number(cell)), type: Date, format: format ?? TIME_FORMAT };
  if (type === "text") return textOf(String(value));
  return format === undefined ? value : { value, format };
}

/** The writer finds texts in a plain object: without the space it loses names of every object, such as `toString`. */
function textOf(text: string): string {
  const fitting = text.slice(0, CELL_LENGTH_MAX);
  return fitting in {} ? `${fitting} ` : fitting;
}
