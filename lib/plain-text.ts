/**
 * Characters that act on the program that shows a text, or that no store keeps. These are controls (ESC begins a
 * terminal's commands), separators of lines, overrides and isolates of direction (UTS 55, 5.1), and lone surrogates.
 */
const ACTING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const ALL_ACTING = new RegExp(ACTING, "gu");
/** The same without line feed and tab, which a terminal may get. */
const ALL_ACTING_IN_LINES = new RegExp(`(?![\\n\\t])${ACTING.source}`, "gu");

export function isPlain(text: string): boolean {
  return !ACTING.test(text);
}

/** The door for all text that a person types, such as a note: one line, without characters that act. */
export function oneLine(typed: string): string {
  return typed.replace(/\s+/g, " ").replace(ALL_ACTING, "").trim();
}

/** The exit to a terminal: acting characters appear as JSON escapes them, so that JSON stays the same JSON. */
export function forTerminal(text: string): string {
  return text.replace(
    ALL_ACTING_IN_LINES,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
