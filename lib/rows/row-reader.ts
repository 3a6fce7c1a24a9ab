import { UserError } from "../user-error.ts";
import type { CellRow } from "./cell-table.ts";
import type { CsvRow } from "./csv-row.ts";
import { localTimes } from "./local-time.ts";
import { readNumber } from "./number-form.ts";
import type { ColumnsOptions, Survey } from "./survey.ts";
import { type TimeForm, timeIn } from "./time-form.ts";

type Draft = { -readonly [key in keyof CsvRow]: CsvRow[key] };

/** Returns what turns cells into rows, line by line in the order of the file. Errors name file, line and column. */
export function rowReader(
  path: string,
  columns: readonly string[],
  { roles, forms, names, time, key }: Survey,
  { zone }: ColumnsOptions,
): (row: CellRow) => CsvRow {
  const isSimple = time?.clock === undefined;
  const instant = zone === undefined || !time?.isLocal ? undefined : inZone(zone);
  return ({ line, cells }) => {
    const refuse = (column: number, problem: string) =>
      new UserError(
        `${path}, line ${line}, column ${column + 1} (${columns[column]}): "${cells[column]?.trim()}" ${problem}`,
      );
    checkWidth(path, line, cells, columns.length);
    const values = new Float64Array(names.length);
    const row: Draft = { line, names, values };
    let metric = 0;
    for (let i = 0; i < columns.length; i++) {
      const cell = cells[i]?.trim() ?? "";
      const role = roles[i];
      const wrong =
        role === undefined
          ? readNumber(cell, values, metric++, forms[i])
          : role === "time" && time
            ? readTime(isSimple ? cell : `${cell} ${cells[time.clock ?? 0]?.trim()}`, time.form, row)
            : readRole(cell, role, row);
      if (wrong) throw refuse(i, wrong);
    }
    if (key) row.key = cells[key.column]?.trim() ?? "";
    if (instant) row.time = instant(row);
    return row;
  };
}

/** Surplus cells are fine while they are empty: some programs end each line with a delimiter. */
function checkWidth(path: string, line: number, cells: readonly string[], width: number): void {
  if (cells.length === width || (cells.length > width && cells.slice(width).every((cell) => cell.trim() === "")))
    return;
  throw new UserError(
    `${path}, line ${line}, column ${Math.min(cells.length, width) + 1}: ${cells.length} cells where the header ` +
      `has ${width}: every line needs one cell per column, empty when the value is missing`,
  );
}

function readTime(cell: string, form: TimeForm, row: Draft): string | undefined {
  row.time = timeIn(cell, form);
  if (!Number.isNaN(row.time)) return undefined;
  if (form.kind === "standard")
    return "is not a time: write it as 2026-09-23T12:34:56Z, or as Unix seconds or milliseconds";
  return form.kind === "serial"
    ? "is no day of Excel, as in the rows before"
    : `is not a time: ${WRITTEN_RULE[form.order ?? "dmy"]}`;
}

const WRITTEN_RULE = {
  dmy: "write it as in the rows before, day first: 23.09.2026 12:34:56",
  mdy: "write it as in the rows before, month first: 09/23/2026 12:34:56",
};

/** Reads a cell that is no number and no time, or returns the problem. */
function readRole(cell: string, role: string, row: Draft): string | undefined {
  if (role === "label") {
    const label = cell === "" ? Number.NaN : Number(cell);
    row.label = label === 1;
    return label === 0 || label === 1 ? undefined : "is not a label: write 0 for a normal row or 1 for an anomaly";
  }
  if ((role === "host" || role === "group") && cell !== "") row[role] = cell;
  return undefined;
}

/** Times that name no zone are what the clocks there show. */
function inZone(zone: string): (row: Draft) => number {
  const timeOf = localTimes(zone);
  const before = new Map<string, number>();
  return ({ time = Number.NaN, host = "", key = "" }) => {
    const series = `${host}\n${key}`;
    const instant = timeOf(time, before.get(series));
    before.set(series, instant);
    return instant;
  };
}
