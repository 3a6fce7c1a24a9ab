import { clean, withoutAccents } from "./text.ts";

/**
 * The GSM 7 bit default alphabet in its own order (3GPP TS 23.038, 6.2.1), without line feed, carriage return and escape.
 * The characters of the extension table (`^ { } \ [ ~ ] | €`) are left out: they cost two.
 */
export const GSM7 =
  "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ" +
  " !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
  "¿abcdefghijklmnopqrstuvwxyzäöñüà";

const ALPHABET = new Set(GSM7);

/** A name in GSM-7 characters that cost one each: accents outside the alphabet are dropped, the rest becomes `?`. */
export function foldGsm7(name: string): string {
  return Array.from(clean(name).normalize("NFC"), foldCharacter).join("") || "?";
}

function foldCharacter(character: string): string {
  if (ALPHABET.has(character)) return character;
  return Array.from(withoutAccents(character), (part) => (ALPHABET.has(part) ? part : "?")).join("");
}
