/** HTML or SVG, as opposed to text that still has to be escaped. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | Markup | readonly Markup[];

/** A template that escapes every text; other markup goes in as it is, several pieces one after the other. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return { markup: String.raw({ raw: parts }, ...values.map(markupOf)) };
}

/** The same for drawings: a tenth of a pixel is precise enough for a number, and keeps the file small. */
export function svg(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return html(parts, ...values.map((value) => (typeof value === "number" ? pixels(value) : value)));
}

/** The number in a path. */
export function pixels(length: number): number {
  return Math.round(length * 10) / 10;
}

/** A whole page that loads nothing. */
export function htmlPage(title: string, style: string, body: Markup): string {
  const { markup } =
    html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${{ markup: style }}</style></head><body>
<main><h1>${title}</h1>
${body}</main></body></html>
`;
  return markup;
}

/** Text as it stands between tags and in attributes of HTML and XML alike. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function markupOf(value: Value): string {
  if (typeof value === "string") return escapeMarkup(value);
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}
