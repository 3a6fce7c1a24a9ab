import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../time.ts";

/** Dates as people and spreadsheets write them: 1.3.2026 14:05, 3/1/2026 2:05:00 PM, 2026/03/01, 01-Mar-2026. */

/** Day, month, year, or month, day, year. */
export type DateOrder = "dmy" | "mdy";

const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(.*)$/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)(.*)$/;
const DAY_NAMED_MONTH = /^(?:[a-z]{3,9},? )?(\d{1,2})[-/ ]([a-z]{3,9})[-/ ](\d{4})(?!\d)(.*)$/i;
const NAMED_MONTH_DAY = /^([a-z]{3,9}) (\d{1,2}),? (\d{4})(?!\d)(.*)$/i;
const REST =
  /^(?:[T:,]? ?(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,](\d+))?)?(?: ?([ap])\.?m\.?)?)?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?$/i;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Milliseconds since the epoch, UTC without a zone; NaN for other text. */
export function parseWritten(cell: string, order: DateOrder): number {
  const date = dateOf(cell, order);
  if (!date) return Number.NaN;
  return midnightOf(date) + clockOf(date.rest);
}

/**
 * The order of day and month in cells whose year is last, by the first number above 12. Dates with points have the day
 * first everywhere. Undefined if no cell is of this kind.
 */
export function writtenOrder(cells: readonly string[]): DateOrder | "ambiguous" | undefined {
  let found: "ambiguous" | undefined;
  for (const cell of cells) {
    const [, first, mark, second] = YEAR_LAST.exec(cell) ?? [];
    if (first === undefined) continue;
    if (mark === "." || Number(first) > 12) return "dmy";
    if (Number(second) > 12) return "mdy";
    found = "ambiguous";
  }
  return found;
}

interface WrittenDate {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** The time of day and the zone. */
  readonly rest: string;
}

function dateOf(cell: string, order: DateOrder): WrittenDate | undefined {
  const [, year, month, day, rest = ""] = YEAR_FIRST.exec(cell) ?? [];
  if (year !== undefined) return { year: Number(year), month: Number(month), day: Number(day), rest };
  const [, first, , second, shortYear, after = ""] = YEAR_LAST.exec(cell) ?? [];
  if (first !== undefined) {
    const [one, two] = [Number(first), Number(second)];
    const [ofDay, ofMonth] = order === "dmy" ? [one, two] : [two, one];
    return { year: fullYear(Number(shortYear)), month: ofMonth, day: ofDay, rest: after };
  }
  const [, namedDay, name = "", namedYear, behind = ""] = DAY_NAMED_MONTH.exec(cell) ?? [];
  if (namedDay !== undefined)
    return { year: Number(namedYear), month: monthOf(name), day: Number(namedDay), rest: behind };
  const [, word = "", dayAfter, yearAfter, end = ""] = NAMED_MONTH_DAY.exec(cell) ?? [];
  if (dayAfter === undefined) return undefined;
  return { year: Number(yearAfter), month: monthOf(word), day: Number(dayAfter), rest: end };
}

function fullYear(year: number): number {
  return year < 100 ? 2000 + year : year;
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

/** NaN for a day that does not exist, such as the 31st of February. */
function midnightOf({ year, month, day }: WrittenDate): number {
  const midnight = Date.UTC(year, month - 1, day);
  const read = new Date(midnight);
  return read.getUTCMonth() === month - 1 && read.getUTCDate() === day ? midnight : Number.NaN;
}

/** Milliseconds after midnight UTC; NaN for other text. */
function clockOf(text: string): number {
  const match = REST.exec(text.trimEnd());
  if (!match) return Number.NaN;
  const [, hours = "0", minutes = "0", seconds = "0", fraction = "", half, zone = "Z"] = match;
  const hour = half === undefined ? Number(hours) : hourOf(Number(hours), half.toLowerCase());
  if (!(hour < 24) || Number(minutes) > 59 || Number(seconds) > 59) return Number.NaN;
  const clock = hour * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS;
  return clock + Math.round(Number(`0.${fraction || 0}`) * SECOND_MS) - offsetOf(zone);
}

function hourOf(hour: number, half: string): number {
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half === "p" ? 12 : 0);
}

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  const offset = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS;
  return sign === "-" ? -offset : offset;
}
