import { html, htmlPage, htmlTable, type Markup } from "../markup.ts";
import { labelledEvents, touches } from "../replay/labelled-events.ts";
import { MINUTE_MS } from "../time.ts";
import type { EntityReport, Mean, Summary } from "./averages.ts";
import type { BestThreshold } from "./best-threshold.ts";
import { bestThresholdTable } from "./best-threshold-table.ts";
import type { Run } from "./nab.ts";
import type { Played, PlayedIncident } from "./play.ts";
import { drawChart } from "./score-chart.ts";

/** Longer lists are cut, and say so; the chart shows everything. */
const ROWS_SHOWN = 40;

/** One page that loads nothing. For each entity it shows the test part: scores, labels, incidents and causes. */
export function renderReport(
  title: string,
  { mean, entities, bestThreshold }: Summary & { readonly bestThreshold: BestThreshold },
  played: readonly Played[],
): string {
  const body = html`<p>${entities.length} entities, means: ${figuresIn(mean)}.</p>
<p class="legend"><i class="score"></i>score (log scale) <i class="threshold"></i>epsilon <i class="event"></i>labelled as anomaly <i class="true"></i>incident that touches it <i class="false"></i>false incident</p>
${entities.flatMap((report, i) => section(report, played[i]))}
${atBestThreshold(bestThreshold)}`;
  return htmlPage(title, STYLE, body);
}

function atBestThreshold(best: BestThreshold): Markup {
  const { title, warning, head, rows } = bestThresholdTable(best);
  return html`<section><h2>${title}</h2>${htmlTable(head, rows)}<p>${warning}</p></section>\n`;
}

function section(report: EntityReport, played: Played | undefined): Markup[] {
  if (!played) return [];
  const scores = played.ratios.subarray(played.from);
  const incidents = describedIncidents(played);
  const events = describedEvents(played, incidents);
  const wrong = incidents.filter(({ isFalse }) => isFalse);
  const eventRows = events.map((one) => [rows(one.run), one.told, peak(scores, one.run), one.causes, one.trueCauses]);
  return [
    html`<section><h2>${report.name}</h2>
<p>${figuresIn(report)}</p>
${drawChart({ scores, intervalMs: played.intervalMs, events, incidents })}\
${list(`${events.length} labelled events`, ["rows", "incident", "peak", "causes", "true causes"], eventRows)}
${list(
  `${wrong.length} false incidents`,
  ["rows", "peak", "causes"],
  wrong.map(({ run, causes }) => [rows(run), peak(scores, run), causes]),
)}
</section>
`,
  ];
}

function figuresIn(of: Mean): string {
  return `best F1 ${figure(of.bestF1)}, AP ${figure(of.ap)}, ROC ${figure(of.roc)}, VUS-PR ${figure(of.vusPr)}; above epsilon: F1 ${figure(of.f1)}, precision ${figure(of.precision)}, recall ${figure(of.recall)}; incidents right ${figure(of.incidentPrecision)}, events touched ${figure(of.eventsTouched)}, false incidents a normal day ${figure(of.falsePerNormalDay)}`;
}

function describedIncidents({ incidents, times, from }: Played) {
  const own = times.subarray(from);
  return incidents.map((incident) => {
    const run = rowsOf(incident, own);
    const causes = incident.causes.join(", ");
    return { ...incident, run, causes, title: `rows ${rows(run)}: ${causes}` };
  });
}

function describedEvents({ times, labels, from, causes }: Played, incidents: ReturnType<typeof describedIncidents>) {
  return labelledEvents({ times: times.subarray(from), labels: labels.subarray(from) }).map((event) => {
    const first = incidents.find((incident) => touches(incident, event));
    const known = causes.filter((caused) => caused.to >= event.from && caused.from <= event.to);
    const told = first ? `after ${minutes(first.opened - event.from)} min` : "missed";
    const trueCauses = [...new Set(known.flatMap(({ metrics }) => metrics))].join(", ");
    return { run: event, told, causes: first?.causes ?? "", trueCauses, title: `rows ${rows(event)}: ${told}` };
  });
}

/** The rows of the test part from the opening to the last anomaly. */
function rowsOf({ opened, lastAnomaly }: PlayedIncident, times: Float64Array): Run {
  const first = times.findIndex((time) => time >= opened);
  const last = times.findLastIndex((time) => time <= lastAnomaly);
  return { first, last: Math.max(first, last) };
}

function minutes(duration: number): number {
  return Math.round(Math.max(0, duration) / MINUTE_MS);
}

function rows({ first, last }: Run): string {
  return first === last ? String(first) : `${first}–${last}`;
}

function peak(scores: Float64Array, { first, last }: Run): string {
  return figure(scores.subarray(first, last + 1).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
}

function list(title: string, head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  if (rows.length === 0) return html`<p>${title}</p>`;
  const cut = rows.length > ROWS_SHOWN ? `, the first ${ROWS_SHOWN}` : "";
  return html`<details><summary>${title}${cut}</summary>${htmlTable(head, rows.slice(0, ROWS_SHOWN))}</details>`;
}

function figure(value: number | null): string {
  return value === null || Number.isNaN(value) ? "–" : String(Number(value.toPrecision(3)));
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #d8dde3; --paper: #fff; --score: #3b6ea8; --threshold: #b3261e; --event: #f6c34366; --true: #2e7d4f; --false: #d9722b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e7ec; --faint: #343b44; --paper: #14181d; --score: #7fb0e6; --threshold: #ff8a80; --event: #b98a1666; --true: #62c48c; --false: #f09a5b; } }
body { font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1240px; margin: 2em auto; padding: 0 1em; }
h2 { margin: 2em 0 0; font-size: 1.15em; } p { margin: .4em 0; }
svg { width: 100%; height: auto; display: block; } svg text { font-size: 11px; fill: var(--ink); opacity: .7; }
path.score { fill: var(--score); stroke: var(--score); stroke-width: .6; } rect.event { fill: var(--event); }
rect.true { fill: var(--true); } rect.false { fill: var(--false); } line.grid { stroke: var(--faint); stroke-width: .7; }
line.threshold { stroke: var(--threshold); stroke-width: 1.2; stroke-dasharray: 5 4; }
.legend i { display: inline-block; width: 1.6em; height: .7em; margin: 0 .4em 0 1em; }
i.score { background: var(--score); } i.threshold { background: var(--threshold); height: 2px; vertical-align: middle; }
i.event { background: var(--event); } i.true { background: var(--true); } i.false { background: var(--false); }
table { border-collapse: collapse; margin: .4em 0 1em; } td, th { text-align: left; padding: .1em 1em .1em 0; border-bottom: 1px solid var(--faint); }
summary { cursor: pointer; }
`;
