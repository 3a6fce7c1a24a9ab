import { DAY_MS } from "../time.ts";
import { parseTime } from "../wire/date.ts";
import { type DateOrder, parseWritten, writtenOrder } from "./written-date.ts";

/** How the times of a column are written. */
export interface TimeForm {
  /** `standard`: ISO 8601 or a number of the Unix clock. `serial`: days of Excel. `written`: dates as people write. */
  readonly kind: "standard" | "serial" | "written";
  /** The order of day and month, in written dates whose month is a number. */
  readonly order?: DateOrder;
}

/** 1 January 1970 and 1 January 2100 as Excel counts days. */
const SERIAL_1970 = 25_569;
const SERIAL_2100 = 73_051;

/** With fewer decimals a serial is no more exact than a second. */
const EXACT_DECIMALS = 9;

const SERIAL = /^\d{5}(?:[.,]\d+)?$/;
const CLOCK = /^\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?$/i;
const ZONE = /(?:Z|UTC|GMT|[T ]\d{1,2}:\d\d.*[+-]\d\d(?::?\d\d)?)$/i;

/** The form of all these cells; "ambiguous" if nobody can tell days from months; else undefined. */
export function timeFormOf(cells: readonly string[], dates?: DateOrder): TimeForm | "ambiguous" | undefined {
  if (cells.length === 0) return undefined;
  if (cells.every((cell) => !Number.isNaN(parseTime(cell)))) return { kind: "standard" };
  if (cells.every((cell) => !Number.isNaN(serialTime(cell)))) return { kind: "serial" };
  const order = dates ?? writtenOrder(cells);
  if (cells.some((cell) => Number.isNaN(parseWritten(cell, order === "mdy" ? "mdy" : "dmy")))) return undefined;
  if (order === "ambiguous") return "ambiguous";
  return { kind: "written", ...(order === undefined ? {} : { order }) };
}

/** Milliseconds since the epoch, in UTC where the cell names no zone; NaN if it is not of the form. */
export function timeIn(cell: string, { kind, order = "dmy" }: TimeForm): number {
  if (kind === "standard") return parseTime(cell);
  return kind === "serial" ? serialTime(cell) : parseWritten(cell, order);
}

/** Whether a cell is a time with a date, and no bare number. */
export function looksLikeTime(cell: string): boolean {
  if (/^[\d.]*$/.test(cell)) return false;
  return !(
    Number.isNaN(parseTime(cell)) &&
    Number.isNaN(parseWritten(cell, "dmy")) &&
    Number.isNaN(parseWritten(cell, "mdy"))
  );
}

/** Whether a cell is a time of day without a date. */
export function isClock(cell: string): boolean {
  return CLOCK.test(cell);
}

/** Whether a time names its zone, as Unix time does by itself. */
export function namesZone(cell: string): boolean {
  return ZONE.test(cell) || (/^[\d.]+$/.test(cell) && !SERIAL.test(cell));
}

function serialTime(cell: string): number {
  if (!SERIAL.test(cell)) return Number.NaN;
  const days = Number(cell.replace(",", "."));
  if (days < SERIAL_1970 || days >= SERIAL_2100) return Number.NaN;
  const ms = (days - SERIAL_1970) * DAY_MS;
  return cell.length - 6 < EXACT_DECIMALS ? Math.round(ms / 1000) * 1000 : Math.round(ms);
}
