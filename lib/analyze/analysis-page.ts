import { html, htmlPage, htmlTable, type Markup } from "../markup.ts";

/** A table of a page. */
export interface HtmlTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One page that loads nothing: the findings as sentences, a chart and a table. A table without rows is left out. */
export function renderPage(title: string, sentences: readonly string[], chart: Markup, table: HtmlTable): string {
  const listed = html`<h2>${table.title}</h2>
<div class="wide">${htmlTable(table.head, table.rows)}</div>
`;
  const body = html`${sentences.map((sentence) => html`<p>${sentence}</p>\n`)}${chart}${table.rows.length > 0 ? listed : []}`;
  return htmlPage(title, STYLE, body);
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #d8dde3; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e7ec; --faint: #343b44; --paper: #14181d; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1040px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.4em; } h2 { margin: 2em 0 .3em; font-size: 1.1em; } p { margin: .4em 0; }
svg { width: 100%; height: auto; display: block; margin: 1.5em 0; } .wide { overflow-x: auto; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .2em 1.2em .2em 0; border-bottom: 1px solid var(--faint); white-space: nowrap; }
`;
