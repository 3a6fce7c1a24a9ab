/**
 * Control and format characters, line separators, lone surrogates and the two code points that XML forbids. SNS refuses
 * some of them, and the others change how a mail program shows the rest of the line.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu;

/** Stands for a name without any character that can be shown: SNS refuses empty attributes. */
const NAMELESS = "?";

/** A name as one line of well-formed text, never empty. */
export function clean(name: string): string {
  return name.replace(UNSAFE, "?").trim() || NAMELESS;
}

/** A name in printable ASCII: accents are dropped, every other foreign character becomes `?`. */
export function foldAscii(name: string): string {
  return clean(withoutAccents(name)).replace(/[^ -~]/gu, "?");
}

/**
 * The GSM 7 bit default alphabet in its own order (3GPP TS 23.038, 6.2.1), without line feed, carriage return and
 * escape. The characters of the extension table (`^ { } \ [ ~ ] | €`) are left out: they cost two.
 */
const GSM7 = new Set(
  "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ" +
    " !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
    "¿abcdefghijklmnopqrstuvwxyzäöñüà",
);

/** A name in GSM-7 characters that cost one each: accents outside the alphabet are dropped, the rest becomes `?`. */
export function foldGsm7(name: string): string {
  const fold = (character: string) =>
    GSM7.has(character)
      ? character
      : Array.from(withoutAccents(character), (part) => (GSM7.has(part) ? part : "?")).join("");
  return Array.from(clean(name).normalize("NFC"), fold).join("") || NAMELESS;
}

function withoutAccents(text: string): string {
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
