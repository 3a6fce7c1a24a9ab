import { messageOf } from "../errors.ts";
import { DEPTH_MAX, VALUES_MAX } from "./limits.ts";
import { type Measure, measure } from "./measure.ts";

export type JsonDocument = { readonly value: unknown } | { readonly problem: string };

/** What may still be read for one record. */
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

/** The elements of one array; one document per line, or right after another; else the document itself. */
export function documentsIn(text: string, work: Work, bytes: Buffer = Buffer.from(text)): readonly JsonDocument[] {
  const { documents: max, values } = work;
  const lines = linesOf(text, max);
  if (endsInFirst(lines) && lines.length <= max) {
    const each = parsedAll(lines, work);
    if (!each.some(isBroken)) return each;
    work.values = values;
  }
  const whole = parsedWhole(text, bytes, work);
  if ("value" in whole) return Array.isArray(whole.value) ? elementsOf(whole.value, work) : [whole];
  if (lines.length > max) return [{ problem: `more than ${max} lines: send at most ${max} samples in one record` }];
  const byLine = lines.length > 1 ? parsedAll(lines, work) : [whole];
  if (!byLine.some(isBroken)) return byLine;
  const pieces = piecesOf(text, max);
  if (pieces.length < 2) return byLine;
  const byPiece = parsedAll(pieces, work);
  return byPiece.filter(isBroken).length < byLine.filter(isBroken).length ? byPiece : byLine;
}

/** Whether the first of several lines looks like a document: then the whole text is none, and need not be tried. */
function endsInFirst([first, second]: readonly string[]): boolean {
  return second !== undefined && /[}\]]/.test(first?.trimEnd().at(-1) ?? "");
}

function elementsOf(values: readonly unknown[], { documents: max }: Work): readonly JsonDocument[] {
  if (values.length > max) return [{ problem: `${values.length} samples: send at most ${max} in one record` }];
  return values.map((value) => ({ value }));
}

/** The lines that are not blank, at most one more than a record may have. */
export function linesOf(text: string, max: number): readonly string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length && lines.length <= max; ) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end);
    if (line.trim() !== "") lines.push(line);
    start += line.length + 1;
  }
  return lines;
}

/** The objects and lists that stand in a text one after the other, at most `max`; the last has all the rest. */
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

function isBroken(document: JsonDocument): boolean {
  return "problem" in document && document.problem.startsWith(BROKEN);
}

function parsedWhole(text: string, bytes: Buffer, work: Work): JsonDocument {
  const size = measure(bytes);
  if (size.values > work.values) return { problem: TOO_MANY_VALUES };
  const document = parsed(text, size);
  if ("value" in document) work.values -= size.values;
  return document;
}

/** Parses texts that together are no more work than is left. */
function parsedAll(texts: readonly string[], work: Work): readonly JsonDocument[] {
  const measured = texts.map((text) => ({ text, size: measure(Buffer.from(text)) }));
  const values = measured.reduce((sum, { size }) => sum + size.values, 0);
  if (values > work.values) return [{ problem: TOO_MANY_VALUES }];
  work.values -= values;
  return measured.map(({ text, size }) => parsed(text, size));
}

const TOO_MANY_VALUES = `more than ${VALUES_MAX} values in one record: send several`;

function parsed(text: string, { depth }: Measure): JsonDocument {
  if (depth > DEPTH_MAX) return { problem: `more than ${DEPTH_MAX} lists and objects within one another: nest fewer` };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `${BROKEN}${messageOf(error)}` };
  }
}
