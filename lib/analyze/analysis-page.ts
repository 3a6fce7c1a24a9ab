import { escapeHtml } from "../evaluate/svg.ts";

/** A table of a page. */
export interface HtmlTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One page without anything external: what was found, in words, as a chart and in tables. */
export function renderPage(
  title: string,
  sentences: readonly string[],
  svg: string,
  tables: readonly HtmlTable[],
): string {
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    ...sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
    svg.trimEnd(),
    ...tables.filter(({ rows }) => rows.length > 0).map(tableOf),
    "</body></html>\n",
  ].join("\n");
}

function tableOf({ title, head, rows }: HtmlTable): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((cells) => line(cells, "td")).join("\n");
  return `<h2>${escapeHtml(title)}</h2>\n<div class="wide"><table>${line(head, "th")}\n${body}</table></div>`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #d8dde3; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e7ec; --faint: #343b44; --paper: #14181d; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1040px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.4em; } h2 { margin: 2em 0 .3em; font-size: 1.1em; } p { margin: .4em 0; }
svg { width: 100%; height: auto; display: block; margin: 1.5em 0; } .wide { overflow-x: auto; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .2em 1.2em .2em 0; border-bottom: 1px solid var(--faint); white-space: nowrap; }
`;
