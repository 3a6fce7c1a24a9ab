import { html, htmlPage, htmlTable, type Markup } from "../markup.ts";
import { MINUTE_MS } from "../time.ts";
import type { Summary } from "./averages.ts";
import { rankMetrics } from "./cause-quality.ts";
import type { Entity, EntityReport } from "./entity.ts";
import { alertGap, alertsOf, detectionIn, eventsOf, isFalse, type Run } from "./events.ts";
import { drawChart } from "./score-chart.ts";

/** An entity and its report, both about the same rows. */
interface Evaluated {
  readonly entity: Entity;
  readonly report: EntityReport;
}

const CAUSES_SHOWN = 3;
/** Longer lists are cut, and say so; the chart shows everything. */
const ROWS_SHOWN = 40;

/** One page that loads nothing. For each entity it shows scores, threshold, labels, alerts and causes. */
export function renderReport(title: string, { mean, random }: Summary, entities: readonly Evaluated[]): string {
  const figures = `mean best F1 ${figure(mean.bestF1)}, AP ${figure(mean.ap)}, ROC ${figure(mean.roc)}; at the thresholds drawn F1 ${figure(mean.f1)}, events found ${figure(mean.eventRecall)}, false alerts a day ${figure(mean.falseAlertsPerDay)}; point-adjusted F1 ${figure(mean.paF1)} (random scores: ${figure(random.paF1)})`;
  const body = html`<p>${entities.length} entities: ${figures}.</p>
<p class="legend"><i class="score"></i>score (log scale) <i class="threshold"></i>threshold <i class="event"></i>labelled as anomaly <i class="true"></i>alert within it <i class="false"></i>false alert</p>
${entities.map(section)}`;
  return htmlPage(title, STYLE, body);
}

function section({ entity, report }: Evaluated): Markup {
  const { scores, labels, intervalMs } = entity;
  const { threshold } = report;
  const described = (run: Run) => {
    const causes = causesOf(entity, run);
    return { run, causes, title: `rows ${run.first}–${run.last}: ${causes.join(", ")}` };
  };
  const events = eventsOf(labels).map(described);
  const alerts = alertsOf(scores, threshold, alertGap(intervalMs)).map((run) => ({
    ...described(run),
    isFalse: isFalse(run, labels),
  }));
  const chart = drawChart({ scores, threshold, intervalMs, events, alerts });
  const eventRows = events.map(({ run, causes }) => [
    rows(run),
    found(entity, run, threshold),
    peak(scores, run),
    causes.join(", "),
    trueCauses(entity, run),
  ]);
  const falseRows = alerts
    .filter((alert) => alert.isFalse)
    .map(({ run, causes }) => [rows(run), peak(scores, run), causes.join(", ")]);
  return html`<section><h2>${entity.name}</h2>
<p>best F1 ${figure(report.bestF1)}, AP ${figure(report.ap)}, ROC ${figure(report.roc)}; above ${figure(threshold)}: F1 ${figure(report.f1)}, precision ${figure(report.precision)}, recall ${figure(report.recall)}, events found ${figure(report.eventRecall)}, false alerts a day ${figure(report.falseAlertsPerDay)}</p>
${chart}${list(`${events.length} labelled events`, ["rows", "found", "peak", "top causes", "true causes"], eventRows)}
${list(`${falseRows.length} false alerts`, ["rows", "peak", "top causes"], falseRows)}
</section>
`;
}

/** Names the metrics that contributed most, each with its share: contributions have the detector's own unit. */
function causesOf({ metrics, contributions }: Entity, run: Run): string[] {
  const ranked = rankMetrics(run, contributions);
  const total = ranked.reduce((sum, { contribution }) => sum + contribution, 0);
  return ranked
    .slice(0, CAUSES_SHOWN)
    .filter(({ contribution }) => contribution > 0)
    .map(({ dim, contribution }) => `${metrics[dim]} (${Math.round((100 * contribution) / total)} %)`);
}

function trueCauses({ metrics, causes = [] }: Entity, { first, last }: Run): string {
  const dims = causes.filter((event) => event.last >= first && event.first <= last).flatMap((event) => event.dims);
  return [...new Set(dims)].map((dim) => metrics[dim]).join(", ");
}

function found({ scores, intervalMs }: Entity, run: Run, threshold: number): string {
  const row = detectionIn(run, scores, threshold);
  return row === undefined ? "missed" : `after ${Math.round(((row - run.first) * intervalMs) / MINUTE_MS)} min`;
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
