import { linesOf } from "../rows/csv-lines.ts";
import { readNumber } from "../rows/number-form.ts";
import { type CsvTable, TABLE_VALUES_MAX } from "../rows/read-csv.ts";
import { UserError } from "../user-error.ts";
import { columnNames } from "./data-set.ts";

/** Reads rows of numbers without a header, separated by commas, semicolons or blanks; gzipped or not. */
export async function readBareNumbers(path: string): Promise<Pick<CsvTable, "names" | "rows">> {
  let columns = 0;
  let line = 0;
  const values: number[] = [];
  const row = new Float64Array(1);
  for await (const text of linesOf(path)) {
    line++;
    if (text.trim() === "") continue;
    const cells = cellsOf(text);
    columns ||= cells.length;
    if (cells.length !== columns)
      throw new UserError(
        `${path}, line ${line}: ${cells.length} numbers where the lines before have ${columns}: every line needs as many`,
      );
    for (const [i, cell] of cells.entries()) {
      const wrong = readNumber(cell, row, 0);
      if (wrong) throw new UserError(`${path}, line ${line}, column ${i + 1}: "${cell}" ${wrong}`);
      values.push(row[0] ?? Number.NaN);
    }
    if (values.length > TABLE_VALUES_MAX)
      throw new UserError(`${path}, line ${line}: more than ${TABLE_VALUES_MAX} values: use a shorter file`);
  }
  if (values.length === 0) throw new UserError(`${path}: no rows: give it at least one`);
  return { names: columnNames(columns), rows: new Float64Array(values) };
}

/** Whether the first line that is not empty has numbers only, and so is no header. */
export async function isBare(path: string): Promise<boolean> {
  for await (const text of linesOf(path)) {
    if (text.trim() === "") continue;
    return cellsOf(text).every((cell) => cell !== "" && !Number.isNaN(Number(cell)));
  }
  return false;
}

function cellsOf(text: string): string[] {
  const separator = [",", ";"].find((one) => text.includes(one)) ?? /\s+/;
  return text
    .trim()
    .split(separator)
    .map((cell) => cell.trim());
}
