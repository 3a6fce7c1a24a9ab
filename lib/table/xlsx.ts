import type { SheetData, Cell as XlsxCell } from "write-excel-file/node";
import { type Column, jsonCell, type Row } from "./table.ts";

/** A workbook is made in memory, half a kilobyte for each cell: 250 MB. */
export const XLSX_CELLS_MAX = 500_000;
/** What a sheet of Excel holds (https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3). */
const SHEET_ROWS_MAX = 1_048_576;
const SHEET_COLUMNS_MAX = 16_384;
const CELL_LENGTH_MAX = 32_767;

/** Excel knows no zones: times are of UTC. */
const TIME_FORMAT = "yyyy-mm-dd hh:mm:ss.000";
/** Wide enough for a time. */
const TIME_WIDTH = 24;

/** A workbook of one sheet in the making; its first row, the names, stays in sight. */
interface Workbook {
  /** Throws a RangeError that says what to do when there is no room. */
  add(row: Row): void;
  bytes(): Promise<Buffer>;
}

function createWorkbook(columns: readonly Column[]): Workbook {
  if (columns.length > SHEET_COLUMNS_MAX) throw tooLarge(`${columns.length} columns`, SHEET_COLUMNS_MAX);
  const rowsMax = Math.min(SHEET_ROWS_MAX - 1, Math.floor(XLSX_CELLS_MAX / columns.length));
  const sheet: SheetData = [columns.map(({ name }) => ({ value: textOf(name), fontWeight: "bold" }))];
  return {
    add(row) {
      if (sheet.length > rowsMax) throw tooLarge(`more than ${rowsMax} rows of ${columns.length} columns`, rowsMax);
      sheet.push(columns.map((column, i) => xlsxCell(column, row[i])));
    },
    async bytes() {
      // Loaded when it is needed: every other command would wait for it, too.
      const { default: writeXlsx } = await import("write-excel-file/node");
      const widths = columns.map(({ type }) => (type === "time" ? { width: TIME_WIDTH } : {}));
      return writeXlsx(sheet, { columns: widths, stickyRowsCount: 1, dateFormat: TIME_FORMAT }).toBuffer();
    },
  };
}

export async function xlsxOf(columns: readonly Column[], rows: AsyncIterable<Row>): Promise<Buffer> {
  const workbook = createWorkbook(columns);
  for await (const row of rows) workbook.add(row);
  return workbook.bytes();
}

function tooLarge(what: string, max: number): RangeError {
  return new RangeError(`${what} are too many for xlsx (${max}): take less at a time, or csv`);
}

function xlsxCell(column: Column, cell: Row[number]): XlsxCell {
  const value = jsonCell(column, cell);
  if (value === null) return null;
  if (column.type === "time") return new Date(Number(cell));
  if (column.type === "text") return textOf(String(value));
  return column.format === undefined ? value : { value, format: column.format };
}

/** The writer looks texts up in a plain object: one that every object has, like `constructor`, would be lost but for the space. */
function textOf(text: string): string {
  const fitting = text.slice(0, CELL_LENGTH_MAX);
  return fitting in {} ? `${fitting} ` : fitting;
}
