/**
 * Control and format characters, line separators, lone surrogates and the two code points that XML forbids. SNS refuses
 * some of them, and the others change how a mail program shows the rest of the line.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu;

/** What a name becomes when nothing of it can be shown: SNS refuses empty attributes. */
const NAMELESS = "?";

/** A name as one line of well-formed text, never empty. */
export function clean(name: string): string {
  return name.replace(UNSAFE, "?").trim() || NAMELESS;
}

/** A name in printable ASCII: accents are dropped, every other foreign character becomes `?`. */
export function foldAscii(name: string): string {
  return clean(withoutAccents(name)).replace(/[^ -~]/gu, "?");
}

export function withoutAccents(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "");
}

/** At most `max` characters (not bytes): both ends are kept, because names differ at either. */
export function shorten(text: string, max: number): string {
  const characters = Array.from(text);
  if (characters.length <= max) return text;
  const kept = max - "..".length;
  const head = Math.ceil(kept / 2);
  return `${characters.slice(0, head).join("")}..${characters.slice(characters.length - (kept - head)).join("")}`;
}

/** The first text of at most `max` bytes in UTF-8, so the fullest one when they come fullest first. */
export function firstFitting(max: number, texts: Iterable<string>): string {
  for (const text of texts) if (Buffer.byteLength(text) <= max) return text;
  throw new RangeError(`No form of this message fits in ${max} bytes: its shortest form needs shorter names`);
}
