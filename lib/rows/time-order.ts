import { HOUR_MS } from "../time.ts";
import { UserError } from "../user-error.ts";
import type { CellRow, CellTable } from "./cell-table.ts";
import type { CsvRow } from "./csv-row.ts";
import { createSeenTimes } from "./seen-times.ts";
import type { Survey } from "./survey.ts";

/** The order of rows by time, within each host. */
type Order = "rising" | "falling" | "mixed";

interface OrderOptions {
  /** The time zone of times that name none. */
  readonly zone?: string;
}

/** A sorted row takes about 200 bytes beside its values. */
const HELD_ROWS_MAX = 1_000_000;
const HELD_VALUES_MAX = 20_000_000;

/** The order of the first rows. */
export function orderOf(path: string, rows: readonly CsvRow[], survey: Survey, options: OrderOptions): Order {
  const steps = [...stepsOf(rows)];
  const falls = steps.filter(({ step }) => step < 0);
  if (falls.length === 0) return "rising";
  // Newest first, a clock that is put back in autumn goes forward.
  if (falls.length > steps.length / 2) return "falling";
  const [first] = falls;
  if (falls.length === 1 && first) checkFall(path, first.row, first.step, survey, options);
  return "mixed";
}

function* stepsOf(rows: readonly CsvRow[]): Generator<{ readonly row: CsvRow; readonly step: number }> {
  const before = new Map<string, number>();
  for (const row of rows) {
    const { host = "", key = "", time = Number.NaN } = row;
    const series = `${host}\n${key}`;
    const step = time - (before.get(series) ?? Number.NaN);
    if (!Number.isNaN(step)) yield { row, step };
    before.set(series, time);
  }
}

/** An hour that comes twice is one of an autumn night, if the times name no zone. */
function checkFall(path: string, { line }: CsvRow, step: number, { time }: Survey, { zone }: OrderOptions): void {
  if (!time?.isLocal || zone !== undefined || step < -HOUR_MS) return;
  throw new UserError(
    `${path}, line ${line}, column ${time.name}: earlier than the row before it: if this is the hour that clocks are put ` +
      "back in autumn, name their zone, as in --zone Europe/Berlin; otherwise sort the file by time",
  );
}

/** Reads all rows and sorts them by time, equal times as they came. */
export async function sortRows(
  path: string,
  { pieces }: CellTable,
  read: (row: CellRow) => CsvRow,
  order: Order,
): Promise<readonly CsvRow[]> {
  const cells: CellRow[] = [];
  for await (const piece of pieces) {
    for (const row of piece) cells.push(row);
    if (cells.length > HELD_ROWS_MAX || cells.length * (cells[0]?.cells.length ?? 1) > HELD_VALUES_MAX)
      throw new UserError(
        `${path}: too long to sort here (${HELD_ROWS_MAX} rows): sort the file by time, or use a shorter one`,
      );
  }
  // The clocks of an autumn night make sense only in their order.
  const rows = (order === "falling" ? cells.reverse() : cells).map(read);
  return order === "rising" ? rows : rows.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
}

/**
 * Passes rows on. Throws UserError at the second of one host and time, and at a clock that is put back. Files that
 * should be sorted may be of any size. The reader rejects a row that is a million rows late, because it cannot tell
 * whether its time was there before.
 */
export async function* checkRepeats(
  path: string,
  pieces: AsyncIterable<Iterable<CsvRow>>,
  survey: Survey,
  options: OrderOptions & { readonly sorted?: boolean },
): AsyncGenerator<Iterable<CsvRow>> {
  const before = new Map<string, { time: number; line: number }>();
  const times = createSeenTimes(options.sorted ? HELD_ROWS_MAX : Number.POSITIVE_INFINITY);
  function* passed(rows: Iterable<CsvRow>): Generator<CsvRow> {
    for (const row of rows) {
      const { host = "", time = Number.NaN, line } = row;
      const order = Number.isNaN(time) ? "new" : times.add(host, time);
      const last = before.get(host);
      if (last === undefined) before.set(host, { time, line });
      else {
        if (order === "repeated") throw repeated(path, row, time === last.time ? last.line : undefined, survey);
        if (options.sorted && time < last.time) checkFall(path, row, time - last.time, survey, options);
        if (order === "forgotten") throw tooLate(path, row, survey);
        last.time = time;
        last.line = line;
      }
      yield row;
    }
  }
  for await (const rows of pieces) yield passed(rows);
}

function tooLate(path: string, { line }: CsvRow, { time }: Survey): UserError {
  return new UserError(
    `${path}, line ${line}, column ${time?.name}: much earlier than the rows before it: sort the file by time`,
  );
}

/** `earlier` is the line of the row before, if that is the one. */
function repeated(path: string, { line, host }: CsvRow, earlier: number | undefined, { time }: Survey): UserError {
  const where = earlier === undefined ? `an earlier row${host === undefined ? "" : " of its host"}` : `line ${earlier}`;
  const zone = time?.isLocal ? ", the zone of local times with --zone" : "";
  const advice =
    host === undefined
      ? `name the column of hosts with --host-column${zone}, or keep one row for each time`
      : "keep one row for each host and time";
  return new UserError(`${path}, line ${line}, column ${time?.name}: the same time as ${where}: ${advice}`);
}
