import { clean, firstFitting, shorten } from "./text.ts";
import type { Words } from "./words.ts";

/** Long enough for every real name: SNS allows 256 KiB, but people read this. */
const BYTES_MAX = 8 * 1024;

/** A host name has at most 253 characters; shorter forms serve only names in scripts of several bytes a character. */
const NAME_LENGTHS = [256, 64, 16];

/** The e-mail's text, signed with the stack's name. At most 8 KB of UTF-8. */
export function renderEmail({ email }: Words, stack: string): string {
  const forms = NAME_LENGTHS.map((length) => {
    const name = (text: string) => shorten(clean(text), length);
    return `${[...email(name), "", `Fleetwarden, stack ${name(stack)}`].join("\n")}\n`;
  });
  return firstFitting(BYTES_MAX, forms);
}

/** Rows as lines with aligned columns; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column]))));
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)));
    return `  ${cells.join("   ").trimEnd()}`;
  });
}

function width(cell = ""): number {
  return Array.from(cell).length;
}

/** As wide as the longest of the headings used. */
const HEADING_WIDTH = "First cause ".length;

/** Lines of a heading and what it has to say each; those without anything are left out. */
export function facts(...pairs: readonly (readonly [heading: string, text: string | undefined])[]): string[] {
  return pairs.flatMap(([heading, text]) => (text === undefined ? [] : [heading.padEnd(HEADING_WIDTH) + text]));
}
