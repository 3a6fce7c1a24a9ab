import { VALUES_MAX } from "./limits.ts";

const [QUOTE, BACKSLASH, SPACE] = [0x22, 0x5c, 0x20];
const [OTHER, TEXT, COMMA, OPEN, CLOSE] = [0, 1, 2, 3, 4];
/** A table by byte: most bytes are digits of numbers. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (byte === QUOTE) return TEXT;
  if (char === ",") return COMMA;
  if ("[{".includes(char)) return OPEN;
  return "]}".includes(char) ? CLOSE : OTHER;
});

/**
 * Counts the values at any depth (numbers, texts, lists, objects…) of JSON texts in UTF-8 that begin with { or [. It
 * does so in one pass and without memory, so that no text is parsed that costs too much. It ends as soon as the limit
 * is passed. It is no parser: up to the first mistake in a text it counts the values that JSON.parse reads, and
 * JSON.parse stops there.
 */
export function countValues(text: Uint8Array): number {
  let [values, depth] = [0, 0];
  /** Where a list or object opened, if only numbers came since. */
  let opened = -1;
  for (let i = 0; i < text.length && values <= VALUES_MAX; i++) {
    const kind = KINDS[text[i] ?? 0];
    if (kind === OTHER) continue;
    if (kind === OPEN) {
      // The first value in it, and itself if it is outermost; commas count all other values.
      values += depth === 0 ? 2 : 1;
      depth++;
      opened = i;
      continue;
    }
    if (kind === TEXT) i = endOfText(text, i);
    else if (kind === COMMA) values++;
    else {
      if (opened >= 0 && isBlank(text, opened + 1, i)) values--;
      depth--;
    }
    opened = -1;
  }
  return values;
}

/** Where the text that opens at `start` ends. */
function endOfText(text: Uint8Array, start: number): number {
  let i = start + 1;
  for (; i < text.length && text[i] !== QUOTE; i++) if (text[i] === BACKSLASH) i++;
  return i;
}

function isBlank(text: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if ((text[i] ?? 0) > SPACE) return false;
  return true;
}
