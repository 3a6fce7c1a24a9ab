import { UserError } from "../user-error.ts";
import type { FirstRows } from "./cell-table.ts";
import { type Decimal, isMissing, parseNumber } from "./number-form.ts";
import { isTimeName } from "./time-columns.ts";
import { looksLikeTime, timeFormOf } from "./time-form.ts";

/** This many rows show what columns hold. */
export const ROWS_LOOKED_AT = 1_000;

const ID_NAME = /^(?:id|index|idx|row|nr|no|#|seq|row_?(?:id|no|number)|.+_id)$/i;

interface Column {
  readonly name: string;
  readonly role: string | undefined;
  readonly decimal: Decimal;
  readonly verbatim?: boolean;
}

/** The reason why a column is no metric; undefined if it is one, or has the time or the host. */
export function reasonLeftOut(
  first: FirstRows,
  column: number,
  { name, role, decimal, verbatim }: Column,
): string | undefined {
  const cells = first.cellsOf(column);
  if (role === "ignored") return "as asked";
  if (role === "label" || role === "group") return `a ${role}`;
  if (role !== undefined) return undefined;
  if (name === "") return namelessReason(first, column);
  if (verbatim) return undefined;
  if (ID_NAME.test(name) && areWhole(cells)) return "an index or id";
  if (isTimeName(name) && timeFormOf(cells) !== undefined) return "times, too";
  const present = cells.filter((cell) => !isMissing(cell));
  if (present.length === 0 && isWhole(first)) return "empty";
  if (present.length === 0 || present.some((cell) => parseNumber(cell, decimal) !== undefined && !looksLikeTime(cell)))
    return undefined;
  return `no number in the first ${ROWS_LOOKED_AT} rows, but "${present[0]}"`;
}

/** Whether these are all rows of the file; of a stream, only the first one is looked at. */
function isWhole({ rows }: FirstRows): boolean {
  return rows.length > 1 && rows.length < ROWS_LOOKED_AT;
}

/** A column without a name counts the rows, as pandas writes it, or is behind a delimiter at the end of each line. */
function namelessReason({ path, table, cellsOf }: FirstRows, column: number): string {
  const cells = cellsOf(column);
  if (cells.length === 0) return "empty, without a name";
  if (column === 0 && areWhole(cells)) return "an index";
  throw new UserError(
    `${path}, line ${table.headerLine}, column ${column + 1}: the column has no name: name it, or remove it`,
  );
}

function areWhole(cells: readonly string[]): boolean {
  return cells.length > 0 && cells.every((cell) => /^\d+$/.test(cell));
}
