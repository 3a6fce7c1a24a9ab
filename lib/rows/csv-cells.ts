import type { Readable } from "node:stream";
import { UserError } from "../user-error.ts";
import { type CellRow, type CellTable, peek } from "./cell-table.ts";
import { parseLine, piecesOf } from "./csv-lines.ts";
import { delimiterOf, namedDelimiter } from "./delimiter.ts";
import { headerOf } from "./header.ts";

/** Lines that show delimiter and header. */
const LINES_LOOKED_AT = 20;
/** Comments before the header that are skipped. */
const PREFACE_MAX = 100;

/** Opens a text of lines with cells, gzipped or not. Errors name `path`. */
export async function openCsv(path: string, input?: Readable): Promise<CellTable> {
  const { first: lines, all } = await peek(piecesOf(path, input), PREFACE_MAX + LINES_LOOKED_AT);
  const preface = readPreface(lines);
  const looked = lines
    .slice(preface.length)
    .filter((line) => line.trim() !== "" && !isComment(line))
    .slice(0, LINES_LOOKED_AT);
  if (looked.length === 0) throw new UserError(`${path}: empty: it needs a header line with the columns' names`);
  const delimiter = preface.delimiter ?? delimiterOf(looked);
  const headerLine = lines.findIndex((line, i) => i >= preface.length && line.trim() !== "") + 1;
  const split = (text: string, line: number) => parseLine(path, line, text, delimiter);
  const first = split(looked[0] ?? "", headerLine);
  if (first.some((cell) => cell.includes("\0"))) throw new UserError(`${path}: is no text: give it CSV, JSON or xlsx`);
  const comment = preface.comment === undefined ? [] : split(preface.comment, headerLine - 1);
  const { columns, from, notes } = headerOf([first], comment);
  const skipped = from === 0 ? headerLine - 1 : headerLine;
  return {
    ...{ columns, headerLine: Math.max(1, from === 0 ? headerLine - 1 : headerLine), delimiter, notes },
    pieces: cellRows(all, { path, skipped, split, header: preface.comment }),
  };
}

interface Preface {
  /** In lines. */
  readonly length: number;
  readonly delimiter?: string;
  /** The last comment, without its mark. */
  readonly comment?: string;
}

/** Reads what stands above the names: a line for Excel, comments, empty lines. */
function readPreface(lines: readonly string[]): Preface {
  let delimiter: string | undefined;
  let comment: string | undefined;
  let length = 0;
  for (const line of lines.slice(0, PREFACE_MAX)) {
    const named = length === 0 ? namedDelimiter(line) : undefined;
    if (named !== undefined) delimiter = named;
    else if (isComment(line)) comment = line.replace(/^#+\s*/, "");
    else if (line.trim() !== "") break;
    length++;
  }
  return { length, ...(delimiter === undefined ? {} : { delimiter }), ...(comment === undefined ? {} : { comment }) };
}

function isComment(line: string): boolean {
  return /^#(?!,|;|\t)/.test(line);
}

interface Reading {
  readonly path: string;
  readonly skipped: number;
  readonly split: (text: string, line: number) => readonly string[];
  readonly header: string | undefined;
}

async function* cellRows(pieces: AsyncIterable<Iterable<string>>, { path, skipped, split, header }: Reading) {
  let line = 0;
  function* rows(lines: Iterable<string>): Generator<CellRow> {
    for (const text of lines) {
      line++;
      if (line <= skipped || text === "" || text.trim() === "") continue;
      if (header !== undefined && isComment(text)) checkSame(text, header, `${path}, line ${line}`);
      else if (!RESTART.test(text)) yield { line, cells: split(text, line) };
    }
  }
  for await (const lines of pieces) yield rows(lines);
}

/** sadf notes when the machine started, in a row of its own. */
const RESTART = /;LINUX-RESTART/;

/** `sadf -d` begins each activity with its own names. */
function checkSame(text: string, header: string, where: string): void {
  if (!/[;]/.test(header) || text.replace(/^#+\s*/, "") === header) return;
  throw new UserError(
    `${where}: another table begins here: write one activity to a file, as \`sadf -d -- -u\` does, or all of them with \`sadf -j -- -A\``,
  );
}
