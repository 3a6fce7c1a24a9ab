import { messageOf } from "../errors.ts";
import { isObject } from "../json.ts";
import { countValues } from "./count-values.ts";
import { DEPTH_MAX, VALUES_MAX } from "./limits.ts";

/** A document, why there is none, or what a reader of lines made of it. */
export type JsonDocument<T = never> = { readonly value: unknown } | { readonly problem: string } | LeftOut | T;

/** Stands for a document that need not be parsed. */
export const LEFT_OUT = { isLeftOut: true } as const;
export type LeftOut = typeof LEFT_OUT;

export function isLeftOut(content: object): content is LeftOut {
  return content === LEFT_OUT;
}

/** The rest of a record's limits. */
export interface Work {
  /** JSON values. */
  values: number;
  /** Documents or lines of one text. */
  readonly documents: number;
  /** Attempts at raw deflate and snappy, which nothing announces. */
  unannounced: number;
  /** Bytes that were read so far. */
  bytes: number;
}

/** Reads a line without parsing it as JSON; undefined for one that must be parsed. */
export type LineReader<T> = (line: string) => T | LeftOut | undefined;

/** The elements of one array; one document per line, or right after another; else the document itself. */
export function documentsIn<T extends object = never>(
  text: string,
  work: Work,
  readLine?: LineReader<T>,
): readonly JsonDocument<T>[] {
  const { documents: max, values } = work;
  const lines = linesOf(text, max);
  if (endsInFirst(lines) && lines.length <= max) {
    const each = eachOf(lines, work, readLine);
    if (each) return each;
    work.values = values;
  }
  if (!areWithin(text, work)) return TOO_MANY_VALUES;
  const whole = parsed(text);
  if ("value" in whole) return Array.isArray(whole.value) ? elementsOf(whole.value, work) : [whole];
  if (lines.length > max) return [{ problem: `more than ${max} lines: send at most ${max} samples in one record` }];
  const byLine = lines.length > 1 ? lines.map(parsed) : [whole];
  if (!byLine.some(isBroken)) return byLine;
  const pieces = piecesOf(text, max);
  if (pieces.length < 2) return byLine;
  const byPiece = pieces.map(parsed);
  return byPiece.filter(isBroken).length < byLine.filter(isBroken).length ? byPiece : byLine;
}

const TOO_MANY_VALUES = [{ problem: `more than ${VALUES_MAX} values in one record: send several` }];

/** The documents of lines; undefined if one of them is broken. */
function eachOf<T extends object>(
  lines: readonly string[],
  work: Work,
  readLine: LineReader<T> | undefined,
): readonly JsonDocument<T>[] | undefined {
  const read = lines.map((line) => readLine?.(line));
  if (!lines.every((line, i) => read[i] || areWithin(line, work))) return TOO_MANY_VALUES;
  const each: JsonDocument<T>[] = [];
  for (const [i, line] of lines.entries()) {
    const document = read[i] ?? parsed(line);
    if (document !== read[i] && isBroken(document)) return undefined;
    each.push(document);
  }
  return each;
}

/** Subtracts the values of a text from the rest of the limits. A record of few bytes cannot have too many. */
function areWithin(text: string, work: Work): boolean {
  if (work.bytes <= VALUES_MAX) return true;
  work.values -= countValues(Buffer.from(text));
  return work.values >= 0;
}

function isText(one: unknown): one is string {
  return typeof one === "string";
}

/** Whether the first of several lines looks like a document: then the whole text is none, and need not be tried. */
function endsInFirst([first, second]: readonly string[]): boolean {
  return second !== undefined && /[}\]]/.test(first?.trimEnd().at(-1) ?? "");
}

function elementsOf(values: readonly unknown[], { documents: max }: Work): readonly JsonDocument[] {
  if (values.length > max) return [{ problem: `${values.length} samples: send at most ${max} in one record` }];
  return values.map((value) => ({ value }));
}

const SPACE = 0x20;

/** The lines that are not blank, at most one more than a record may have. */
export function linesOf(text: string, max: number): readonly string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length && lines.length <= max; ) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end);
    if (line.charCodeAt(0) > SPACE || line.trim() !== "") lines.push(line);
    start += line.length + 1;
  }
  return lines;
}

/** The objects and lists that follow one another in a text, at most `max`; the last has all the rest. */
function piecesOf(text: string, max: number): readonly string[] {
  const pieces: string[] = [];
  let [start, depth, isText] = [0, 0, false];
  for (let i = 0; i < text.length && pieces.length < max; i++) {
    const char = text[i];
    if (isText && char === "\\") i++;
    else if (char === '"') isText = !isText;
    else if (isText) continue;
    else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) {
      pieces.push(text.slice(start, i + 1));
      start = i + 1;
    }
  }
  const rest = text.slice(start);
  return rest.trim() === "" ? pieces : [...pieces, rest];
}

const BROKEN = "broken JSON: ";

function isBroken(document: object): boolean {
  return "problem" in document && isText(document.problem) && document.problem.startsWith(BROKEN);
}

function parsed(text: string): JsonDocument {
  try {
    const value: unknown = JSON.parse(text);
    return opensMoreThan(text, DEPTH_MAX) && isTooDeep(value, DEPTH_MAX) ? TOO_DEEP : { value };
  } catch (error) {
    return { problem: `${BROKEN}${messageOf(error)}` };
  }
}

const TOO_DEEP = { problem: `more than ${DEPTH_MAX} lists and objects within one another: nest fewer` };

/** Few brackets cannot nest deeply, and to count them takes less time than to visit all values. */
function opensMoreThan(text: string, max: number): boolean {
  let count = 0;
  for (const bracket of "{[") {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) if (++count > max) return true;
  }
  return false;
}

function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  // Object.values would copy the document.
  if (isObject(value)) for (const key in value) if (isTooDeep(value[key], levels - 1)) return true;
  return Array.isArray(value) && value.some((inner) => isTooDeep(inner, levels - 1));
}
