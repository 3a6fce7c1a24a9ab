import type { Cell, Column as TableColumn } from "../table/columns.ts";
import { createWorkbook } from "../table/xlsx.ts";
import type { Column, Row } from "./layout.ts";

const SHOWN: Readonly<Record<Column["kind"], Omit<TableColumn, "name">>> = {
  time: { type: "time", format: "yyyy-mm-dd hh:mm:ss" },
  text: { type: "text" },
  number: { type: "number" },
  score: { type: "number", format: "0.00" },
  flag: { type: "text" },
};

/** Gathers the rows of an Excel file. Times become dates, numbers stay numbers, scores show two decimals. */
export function createAnalysis(columns: readonly Column[]) {
  const shown = columns.map(({ title, kind }) => ({ name: title, ...SHOWN[kind] }));
  const workbook = createWorkbook(shown, "analysis");
  return {
    add: (row: Row) => workbook.add(columns.map((column) => cellOf(column, row))),
    bytes: workbook.bytes,
  };
}

function cellOf({ of }: Column, row: Row): Cell {
  const value = of(row);
  return typeof value === "boolean" ? (value ? "Yes" : "No") : value;
}
