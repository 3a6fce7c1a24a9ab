/** A request to a service. */
export interface Posting {
  readonly method: "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

const ELLIPSIS = "…";

/**
 * A text of at most `max` characters in which each character is written as the service needs it. Nothing is cut within
 * an escape.
 */
export function fitted(text: string, max: number, write = (character: string) => character): string {
  const characters = Array.from(text, write);
  if (characters.reduce((sum, { length }) => sum + length, 0) <= max) return characters.join("");
  let kept = "";
  for (const character of characters) {
    if (kept.length + character.length + ELLIPSIS.length > max) break;
    kept += character;
  }
  return kept + ELLIPSIS;
}
