import { DAY_MS } from "../time.ts";
import { UserError } from "../user-error.ts";
import type { CellRow, CellTable } from "./cell-table.ts";
import { readWhole } from "./csv-lines.ts";
import { headerOf } from "./header.ts";
import { openZip } from "./unzip.ts";
import { attributesOf, textIn } from "./xml.ts";

/** A workbook in Office Open XML (ECMA-376, part 1): sheets in 18.3, shared texts in 18.4, formats in 18.8. */

const WORKBOOK_BYTES_MAX = 100_000_000;
/** The day 0 of both calendars, in milliseconds since the epoch. */
const DAY_0 = Date.UTC(1899, 11, 30);
const DAY_0_OF_1904 = Date.UTC(1904, 0, 1);
/** Formats of dates and times that need no code (18.8.30). */
const BUILT_IN_DATES = [14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47];
const SHEET_COLUMNS_MAX = 16_384;

/** Opens the first sheet of a workbook. Cells formatted as dates become times in UTC. */
export async function openXlsx(path: string): Promise<CellTable> {
  const part = openZip(path, await readWhole(path, WORKBOOK_BYTES_MAX));
  const book = part("xl/workbook.xml");
  if (book === undefined) throw new UserError(`${path}: a zip archive without a workbook: unpack it first`);
  const sheets = [...book.matchAll(/<(?:\w+:)?sheet [^>]*>/g)].map(([tag]) => attributesOf(tag));
  const sheet = part(sheetPath(part("xl/_rels/workbook.xml.rels") ?? "", sheets[0]?.["r:id"] ?? ""));
  if (sheet === undefined) throw new UserError(`${path}: its first sheet is missing: save it again, or as CSV`);
  const book1904 = /date1904="(?:1|true)"/.test(book);
  const texts = [...(part("xl/sharedStrings.xml") ?? "").matchAll(/<si>(.*?)<\/si>|<si\/>/gs)].map(([, si = ""]) =>
    textIn(si),
  );
  const context = { texts, dates: dateStyles(part("xl/styles.xml") ?? ""), day0: book1904 ? DAY_0_OF_1904 : DAY_0 };
  const rows = sheetRows(sheet, context);
  const first = rows.next().value as CellRow | undefined;
  if (first === undefined) throw new UserError(`${path}: empty: its first sheet needs a row with the columns' names`);
  const { columns, from, notes } = headerOf([first.cells]);
  const several =
    sheets.length > 1 ? [`Only the first of its ${sheets.length} sheets is read: ${sheets[0]?.name}.`] : [];
  return {
    ...{ columns, headerLine: first.line, notes: [...several, ...notes] },
    pieces: filled(from === 0 ? [first] : [], rows, columns.length),
  };
}

function sheetPath(relations: string, id: string): string {
  const targets = [...relations.matchAll(/<Relationship [^>]*>/g)].map(([tag]) => attributesOf(tag));
  const target = targets.find(({ Id }) => Id === id)?.Target ?? "worksheets/sheet1.xml";
  return target.startsWith("/") ? target.slice(1) : `xl/${target}`;
}

/** Which styles of cells show dates or times. */
function dateStyles(styles: string): readonly boolean[] {
  const codes = new Map(
    [...styles.matchAll(/<numFmt [^>]*>/g)].map(([tag]) => {
      const { numFmtId = "", formatCode = "" } = attributesOf(tag);
      return [Number(numFmtId), formatCode];
    }),
  );
  const [, formats = ""] = /<cellXfs[^>]*>(.*?)<\/cellXfs>/s.exec(styles) ?? [];
  return [...formats.matchAll(/<xf [^>]*>/g)].map(([tag]) => {
    const id = Number(attributesOf(tag).numFmtId ?? 0);
    const code = codes.get(id);
    // Texts and colours within a format may have letters of dates.
    return code === undefined
      ? BUILT_IN_DATES.includes(id)
      : /[ymdhs]/i.test(code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ""));
  });
}

interface Context {
  readonly texts: readonly string[];
  readonly dates: readonly boolean[];
  readonly day0: number;
}

/** Rows that have a cell, one by one. */
function* sheetRows(sheet: string, context: Context): Generator<CellRow> {
  let line = 0;
  for (const [, tag = "", content = ""] of sheet.matchAll(/<row\b([^>]*?)(?:\/>|>(.*?)<\/row>)/gs)) {
    line = Number(attributesOf(tag).r ?? line + 1);
    const cells: string[] = [];
    for (const [, attributes = "", inner = ""] of content.matchAll(/<c\b([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const { r = "", t = "n", s = "" } = attributesOf(attributes);
      const column = columnOf(r) ?? cells.length;
      if (column < SHEET_COLUMNS_MAX) cells[column] = cellText(inner, t, context, Number(s));
    }
    const whole = Array.from(cells, (cell) => cell ?? "");
    if (whole.some((cell) => cell.trim() !== "")) yield { line, cells: whole };
  }
}

/** The number of a column by its letters, from 0: AA is 26. */
function columnOf(reference: string): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0];
  return letters === undefined
    ? undefined
    : [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0) - 1;
}

function cellText(inner: string, type: string, { texts, dates, day0 }: Context, style: number): string {
  if (type === "inlineStr") return textIn(inner);
  const value = textIn(/<v>(.*?)<\/v>/s.exec(inner)?.[1] ?? "");
  if (type === "s") return texts[Number(value)] ?? "";
  if (type === "b") return value === "1" ? "TRUE" : "FALSE";
  // Errors such as #N/A are no values.
  if (type === "e") return "";
  return type === "n" && value !== "" && dates[style] ? dateText(Number(value), day0) : value;
}

/** A time of day alone has no date. */
function dateText(serial: number, day0: number): string {
  const time = new Date(Math.round((serial < 1 ? 0 : day0) + serial * DAY_MS));
  if (Number.isNaN(time.getTime())) return "";
  return serial < 1 ? time.toISOString().slice("1970-01-01T".length, -1) : time.toISOString().slice(0, -1);
}

/** Rows end with their last cell; each gets one for each column. */
async function* filled(
  before: readonly CellRow[],
  rows: Iterable<CellRow>,
  width: number,
): AsyncGenerator<Iterable<CellRow>> {
  const whole = ({ line, cells }: CellRow): CellRow => {
    return cells.length >= width
      ? { line, cells }
      : { line, cells: Array.from({ length: width }, (_, i) => cells[i] ?? "") };
  };
  yield before.map(whole);
  yield (function* () {
    for (const row of rows) yield whole(row);
  })();
}
