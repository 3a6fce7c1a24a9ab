import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import Papa from "papaparse";
import { codeOf } from "../errors.ts";
import { UserError } from "../user-error.ts";
import { textDecoder } from "./decode-text.ts";

/** A line of 256 metrics takes about 6 KB; a much longer one means missing line ends or no text. */
const LINE_LENGTH_MAX = 1024 * 1024;

/** Splits a line into cells. */
export function parseLine(path: string, line: number, text: string, delimiter: string): readonly string[] {
  // A line without quotes needs no parser, which would take most of the reading time.
  if (!text.includes('"')) return text.split(delimiter);
  const { data, errors } = Papa.parse<string[]>(text, { delimiter });
  const quotes = errors.find((error) => error.type === "Quotes");
  if (quotes)
    throw new UserError(
      `${path}, line ${line}: ${quotes.message}: close the quote on the same line, and double quotes within quotes`,
    );
  return data[0] ?? [];
}

/** Yields the lines of a file or of `input`, gzipped or not, and holds one piece. Errors name `path`. */
export async function* linesOf(path: string, input?: Readable): AsyncGenerator<string> {
  for await (const lines of piecesOf(path, input)) yield* lines;
}

/** Yields the same lines in the pieces of the reads, because awaiting each line takes longer than reading it. */
export async function* piecesOf(path: string, input: Readable = createReadStream(path)): AsyncGenerator<string[]> {
  let rest = "";
  let line = 0;
  for await (const text of textOf(path, input)) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? "";
    line += lines.length;
    if (rest.length > LINE_LENGTH_MAX)
      throw new UserError(`${path}, line ${line + 1}: longer than ${LINE_LENGTH_MAX} characters: is this a CSV file?`);
    yield lines;
  }
  if (rest !== "") yield [rest];
}

const NEWLINE = 0x0a;

/** Counts the lines of a file, empty ones included. It inflates the file but does not decode it. */
export async function countLines(path: string): Promise<number> {
  let lines = 0;
  let last = NEWLINE;
  try {
    for await (const bytes of inflated(createReadStream(path))) {
      for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
      last = bytes.at(-1) ?? last;
    }
  } catch (error) {
    throw new UserError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
  return last === NEWLINE ? lines : lines + 1;
}

async function* textOf(path: string, input: Readable): AsyncGenerator<string> {
  try {
    const decode = textDecoder();
    for await (const bytes of inflated(input)) yield decode(bytes);
    yield decode();
  } catch (error) {
    throw new UserError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file: check the path",
  EISDIR: "is a folder: name a file in it, or see with `fleetwarden import FOLDER` what it holds",
  EACCES: "may not be read: check its permissions",
  ERR_ENCODING_INVALID_ENCODED_DATA: "is not UTF-8 text: save it as UTF-8",
  Z_DATA_ERROR: "its gzip data is damaged: copy or compress it again",
  Z_BUF_ERROR: "its gzip data ends too early: copy or compress it again",
};

function reasonOf(error: unknown): string {
  return REASONS[codeOf(error)] ?? `cannot be read: ${error}`;
}

/** Bytes of the whole file, inflated, at most `bytesMax` of them. */
export async function readWhole(path: string, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const bytes of inflated(createReadStream(path))) {
      length += bytes.length;
      if (length > bytesMax) break;
      pieces.push(bytes);
    }
  } catch (error) {
    throw new UserError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
  if (length > bytesMax)
    throw new UserError(`${path}: more than ${bytesMax / 1e6} MB, the most that is read at once: split it`);
  return Buffer.concat(pieces);
}

async function* inflated(input: Readable): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = input[Symbol.asyncIterator]();
  const head = await firstBytes(chunks);
  const whole = Readable.from(startingWith(head, chunks));
  const gzipped = head[0] === 0x1f && head[1] === 0x8b;
  // The reader of the pipeline receives its errors, so the callback has nothing to do.
  yield* gzipped ? pipeline(whole, createGunzip(), () => {}) : whole;
}

/** Reads at least two bytes, the length of the gzip mark, unless the input ends before. */
async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* startingWith(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => chunks };
}
