import { html, type Markup } from "../markup.ts";
import { labelledEvents, touches } from "../replay/labelled-events.ts";
import { gatherSeries } from "../report/long-series.ts";
import {
  CHARTS_MAX,
  chartsHere,
  type ReportPart,
  type ReportSpan,
  reportPage,
  reportTable,
  stretchesFor,
} from "../report/report-page.ts";
import { MINUTE_MS } from "../time.ts";
import type { EntityReport, Mean, Summary } from "./averages.ts";
import type { BestThreshold } from "./best-threshold.ts";
import { bestThresholdTable } from "./best-threshold-table.ts";
import type { Run } from "./nab.ts";
import type { Played, PlayedIncident } from "./play.ts";

/** Longer lists are cut, and say so; the chart shows everything. */
const ROWS_SHOWN = 40;

/** One page. For each entity it shows the test part: scores, labels, incidents and causes. */
export function renderReport(
  title: string,
  { mean, entities, bestThreshold }: Summary & { readonly bestThreshold: BestThreshold },
  played: readonly Played[],
): string {
  const charts = Math.min(entities.length, CHARTS_MAX);
  const missing = charts < entities.length ? ` Only the first ${charts} entities have a chart.` : "";
  const body = html`<p>${entities.length} entities, means: ${figuresIn(mean)}.</p>
<p class="muted">Each chart shows the score of the test part as a multiple of epsilon, the alert limit. Drag over \
it to zoom; point at it to read values. Where a chart has more rows than it can show, the line is the mean of some \
rows, and the band goes from their least to their greatest score.${missing}</p>
<ul class="legend"><li><span class="swatch event"></span>labelled as anomaly</li>
<li><span class="swatch right"></span>lower strip: incident that touches a labelled row</li>
<li><span class="swatch wrong"></span>upper strip: false incident</li>
<li>red points: rows above epsilon</li></ul>
${entities.flatMap((report, i) => section(report, played[i], i < charts ? stretchesFor(charts) : 0))}
${atBestThreshold(bestThreshold)}`;
  return reportPage(title, body);
}

function atBestThreshold(best: BestThreshold): Markup {
  const { title, warning, head, rows } = bestThresholdTable(best);
  return html`<section class="card"><h2>${title}</h2>${reportTable(title, head, rows)}<p>${warning}</p></section>\n`;
}

function section(report: EntityReport, played: Played | undefined, stretches: number): Markup[] {
  if (!played) return [];
  const scores = played.ratios.subarray(played.from);
  const incidents = describedIncidents(played);
  const events = describedEvents(played, incidents);
  const wrong = incidents.filter(({ isFalse }) => isFalse);
  const eventRows = events.map((one) => [rows(one.run), one.told, peak(scores, one.run), one.causes, one.trueCauses]);
  const spans = [...events, ...incidents].map(({ span }) => span);
  const { name } = report;
  return [
    html`<section class="card"><h2>${name}</h2>
<p>${figuresIn(report)}</p>
${stretches > 0 ? chartsHere(chartOf(played, spans, stretches)) : []}\
${list(
  events.length === 1 ? "1 labelled event" : `${events.length} labelled events`,
  name,
  ["rows", "incident", "peak", "causes", "true causes"],
  eventRows,
)}
${list(
  wrong.length === 1 ? "1 false incident" : `${wrong.length} false incidents`,
  name,
  ["rows", "peak", "causes"],
  wrong.map(({ run, causes }) => [rows(run), peak(scores, run), causes]),
)}
</section>
`,
  ];
}

/** A logarithmic axis has no 0, and no end for a score that is infinite. */
const [SCORE_MIN, SCORE_MAX] = [0.01, 1e6];

function chartOf({ ratios, flagged, from }: Played, spans: readonly ReportSpan[], stretches: number): ReportPart {
  const series = gatherSeries(1, stretches);
  for (const [row, ratio] of ratios.subarray(from).entries()) {
    const anomaly = flagged[from + row] ? { excess: ratio, marks: () => true } : undefined;
    series.add(row, Float64Array.of(Math.min(Math.max(ratio, SCORE_MIN), SCORE_MAX)), anomaly);
  }
  return { unit: "row", charts: series.end().map((one) => ({ title: "Score", isScore: true, spans, ...one })) };
}

function figuresIn(of: Mean): string {
  return `best F1 ${figure(of.bestF1)}, AP ${figure(of.ap)}, ROC ${figure(of.roc)}, VUS-PR ${figure(of.vusPr)}; above epsilon: F1 ${figure(of.f1)}, precision ${figure(of.precision)}, recall ${figure(of.recall)}; incidents right ${figure(of.incidentPrecision)}, events touched ${figure(of.eventsTouched)}, false incidents a normal day ${figure(of.falsePerNormalDay)}`;
}

function describedIncidents({ incidents, times, from }: Played) {
  const own = times.subarray(from);
  return incidents.map((incident) => {
    const run = rowsOf(incident, own);
    const causes = incident.causes.join(", ");
    const words = `${incident.isFalse ? "false incident" : "incident"} of rows ${rows(run)}: ${causes}`;
    const strip = incident.isFalse ? ({ colour: "wrong", lane: 1 } as const) : ({ colour: "right", lane: 0 } as const);
    return { ...incident, run, causes, span: { ...spanOf(run), words, ...strip } };
  });
}

function describedEvents({ times, labels, from, causes }: Played, incidents: ReturnType<typeof describedIncidents>) {
  return labelledEvents({ times: times.subarray(from), labels: labels.subarray(from) }).map((event) => {
    const first = incidents.find((incident) => touches(incident, event));
    const known = causes.filter((caused) => caused.to >= event.from && caused.from <= event.to);
    const told = first ? `after ${minutes(first.opened - event.from)} min` : "missed";
    const trueCauses = [...new Set(known.flatMap(({ metrics }) => metrics))].join(", ");
    const words = `labelled as anomaly, rows ${rows(event)}: ${first ? `incident ${told}` : told}`;
    const span = { ...spanOf(event), words, colour: "event" } as const;
    return { run: event, told, causes: first?.causes ?? "", trueCauses, span };
  });
}

/** The rows of the test part from the opening to the last anomaly. */
function rowsOf({ opened, lastAnomaly }: PlayedIncident, times: Float64Array): Run {
  const first = times.findIndex((time) => time >= opened);
  const last = times.findLastIndex((time) => time <= lastAnomaly);
  return { first, last: Math.max(first, last) };
}

function spanOf({ first, last }: Run) {
  return { from: first, to: last };
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

function list(title: string, name: string, head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  if (rows.length === 0) return html`<p>${title}</p>`;
  const cut = rows.length > ROWS_SHOWN ? `, the first ${ROWS_SHOWN}` : "";
  const shown = reportTable(`${title} of ${name}`, head, rows.slice(0, ROWS_SHOWN));
  return html`<details><summary>${title}${cut}</summary>${shown}</details>`;
}

function figure(value: number | null): string {
  return value === null || Number.isNaN(value) ? "–" : String(Number(value.toPrecision(3)));
}
