import { html, type Markup } from "../markup.ts";
import { browserFiles } from "../page/browser-files.ts";
import type { LongSeries } from "./long-series.ts";

/** A chart of a report. */
export interface ReportChart extends LongSeries {
  readonly title: string;
  /** Whether the values are scores as multiples of their limit. */
  readonly isScore: boolean;
  readonly spans: readonly ReportSpan[];
}

/** A span of places that a chart marks, in the words that people read where they point at it. */
export interface ReportSpan {
  readonly from: number;
  readonly to: number;
  readonly words: string;
  /** A colour of the style sheet. */
  readonly colour: "event" | "right" | "wrong";
  /** The strip at the bottom, counted from 0; absent: the whole height. */
  readonly lane?: number;
}

/** Charts that people zoom together. */
export interface ReportPart {
  /** The places are times in milliseconds since the epoch, rows or lines. */
  readonly unit: "time" | "row" | "line";
  readonly charts: readonly ReportChart[];
}

/**
 * All charts of a report have at most this many numbers, about 2 MB: 2,500 stretches with mean, least and greatest
 * value of each of 39 charts. So a month of 38 metrics by the minute shows stretches of half an hour or less.
 */
const NUMBERS_MAX = 300_000;
/** With more charts each would have fewer stretches than a screen has pixels for it. */
export const CHARTS_MAX = 200;
/** Mean, least and greatest value. */
const NUMBERS_EACH = 3;

/** How many stretches each of so many charts may have. */
export function stretchesFor(charts: number): number {
  return Math.floor(NUMBERS_MAX / NUMBERS_EACH / Math.max(1, charts));
}

/** Whatever the page contains, it cannot load anything from elsewhere. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'";

/** A page in one file, which needs no server: a title, findings, and charts with the code of the dashboard. */
export function reportPage(title: string, body: Markup): string {
  const files = browserFiles();
  const style = ["uplot.css", "style.css"].map((name) => files.get(name) ?? "").join("\n");
  const { markup } = html`<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ markup: POLICY }}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title}</title><style>${{ markup: style }}</style>
<script type="importmap">${jsonOf({ imports: modulesFor("report.js", files) })}</script></head><body>
<main class="report"><div class="head"><h1>${title}</h1></div>
${body}</main><script type="module">import "report.js";</script></body></html>
`;
  return markup;
}

/** Where a part of the charts stands on the page. */
export function chartsHere(part: ReportPart): Markup {
  if (part.charts.length === 0) return html``;
  return html`<div class="zoomable"><p class="muted">The charts need JavaScript.</p>
<script type="application/json">${jsonOf(part)}</script></div>
`;
}

/** A table of a report, which scrolls where it is too wide. */
export function reportTable(label: string, head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const titles = head.map((title) => html`<th scope="col">${title}</th>`);
  const body = rows.map((cells) => html`\n<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
<table class="data"><thead><tr>${titles}</tr></thead><tbody>${body}</tbody></table></div>
`;
}

/**
 * A module and all that it imports, by name, as addresses that hold their text. Such an address is no base for `./`, so
 * the modules import one another by name, and the browser's import map knows the names.
 */
function modulesFor(entry: string, files: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const modules: Record<string, string> = {};
  const wanted = [entry];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const text = (files.get(name) ?? "").replace(/ from "\.\/([\w-]+\.js)";/g, ' from "$1";');
    modules[name] = `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`;
    for (const [, other = ""] of text.matchAll(/ from "([\w-]+\.js)";/g)) if (!(other in modules)) wanted.push(other);
  }
  return modules;
}

/** JSON within a script element, which `</script>` would end. */
function jsonOf(value: unknown): Markup {
  return { markup: JSON.stringify(value).replaceAll("<", "\\u003c") };
}
