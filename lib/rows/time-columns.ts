import { UserError } from "../user-error.ts";
import type { FirstRows } from "./cell-table.ts";
import { isClock, looksLikeTime, namesZone, type TimeForm, timeFormOf } from "./time-form.ts";
import type { DateOrder } from "./written-date.ts";

/** Where the times of a file are. */
export interface FoundTime {
  readonly column: number;
  /** The column with the time of day, if `column` has only the date. */
  readonly clock?: number;
  readonly name: string;
  readonly form: TimeForm;
  /** Whether the times name no zone, as the first shows. */
  readonly isLocal: boolean;
}

/** Columns of these names have the times if their cells are times; the likeliest comes first. */
const NAMES =
  /^[@_]?(?:time|timestamp|date[ _]?time|ts|date|epoch|unix(?:[ _]?time)?|time \(utc\)|zeit|zeitstempel|zeitpunkt|datum)$/i;
/** These have them, whatever is in their cells: a mistake there is named. */
const SURE = /^(?:time|timestamp)$/i;

export function isTimeName(name: string): boolean {
  return NAMES.test(name);
}

/** Finds the times: in the named column, in one with the name of times, or in the first one of dates. */
export function findTime(
  first: FirstRows,
  { time, dates, verbatim }: { readonly time?: string; readonly dates?: DateOrder; readonly verbatim?: boolean },
): FoundTime | undefined {
  const { columns } = first.table;
  if (time !== undefined) return timeAt(first, columns.indexOf(time), dates);
  const named = columns.flatMap((name, i) => (NAMES.test(name) ? [i] : []));
  const sure = named.filter((i) => SURE.test(columns[i] ?? ""));
  const dated = verbatim ? [] : columns.flatMap((_, i) => (areDates(first.cellsOf(i)) ? [i] : []));
  for (const column of new Set([...sure, ...named, ...dated])) {
    const cells = first.cellsOf(column);
    if (timeFormOf(cells, dates) !== undefined || areClocks(cells)) return timeAt(first, column, dates);
  }
  return sure[0] === undefined ? undefined : timeAt(first, sure[0], dates);
}

function areDates(cells: readonly string[]): boolean {
  return cells.length > 0 && cells.every(looksLikeTime);
}

function areClocks(cells: readonly string[]): boolean {
  return cells.length > 0 && cells.every(isClock);
}

/** Joins a date to the time of day that stands in another column. */
function timeAt(first: FirstRows, column: number, dates: DateOrder | undefined): FoundTime {
  const { columns } = first.table;
  const others = columns.flatMap((_, i) => (i === column ? [] : [i]));
  if (areClocks(first.cellsOf(column))) {
    const date = others.find((i) => areDates(first.cellsOf(i)));
    if (date !== undefined) return found(first, date, column, dates);
    throw new UserError(
      `${place(first, column)}: it has times of day and no column has their date: write both, as 2026-09-23T12:34:56Z`,
    );
  }
  const isDay = first.cellsOf(column).every((cell) => !/\d[:T]\d/.test(cell)) && areDates(first.cellsOf(column));
  const clock = isDay ? others.find((i) => areClocks(first.cellsOf(i))) : undefined;
  return found(first, column, clock, dates);
}

function found(first: FirstRows, column: number, clock: number | undefined, dates: DateOrder | undefined): FoundTime {
  const { columns } = first.table;
  const cells = clock === undefined ? first.cellsOf(column) : joined(first, column, clock);
  // One wrong cell among the first changes no form: the row that has it is refused.
  const form = timeFormOf(cells, dates) ?? timeFormOf(cells.slice(0, 1), dates) ?? { kind: "standard" };
  if (form === "ambiguous")
    throw new UserError(
      `${place(first, column)}: nobody can tell the day from the month in "${cells[0]}": ` +
        "say --dates dmy if the day comes first, or --dates mdy if the month does",
    );
  const name = [column, ...(clock === undefined ? [] : [clock])]
    .map((i) => columns[i] || `column ${i + 1}`)
    .join(" and ");
  return { column, name, form, isLocal: !namesZone(cells[0] ?? ""), ...(clock === undefined ? {} : { clock }) };
}

function joined({ rows }: FirstRows, column: number, clock: number): string[] {
  return rows
    .map(({ cells }) => `${cells[column]?.trim()} ${cells[clock]?.trim()}`)
    .filter((cell) => cell.trim() !== "");
}

function place({ path, table }: FirstRows, column: number): string {
  return `${path}, column ${column + 1} (${table.columns[column]})`;
}
