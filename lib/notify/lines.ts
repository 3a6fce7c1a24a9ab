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

/** As wide as the longest heading in use. */
const HEADING_WIDTH = "First cause ".length;

/** One line for each heading that has a text. */
export function facts(...pairs: readonly (readonly [heading: string, text: string | undefined])[]): string[] {
  return pairs.flatMap(([heading, text]) => (text === undefined ? [] : [heading.padEnd(HEADING_WIDTH) + text]));
}

/** Joins texts by full stops, except after a question mark; leaves out false ones. */
export function sentences(...parts: readonly (string | false)[]): string {
  return parts
    .filter((part) => part !== false)
    .reduce((text, part) => `${text}${text.endsWith("?") ? "" : "."} ${part}`);
}

/** A subject with a phrase before the incident's id, with which it ends. */
export function beforeId(subject: string, phrase: string): string {
  const end = subject.lastIndexOf(" - ");
  return `${subject.slice(0, end)}${phrase}${subject.slice(end)}`;
}
