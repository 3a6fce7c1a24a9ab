import { html } from "../markup.ts";
import { gatherSeries, type LongSeries } from "../report/long-series.ts";
import {
  CHARTS_MAX,
  chartsHere,
  type ReportChart,
  type ReportPart,
  type ReportSpan,
  reportPage,
  reportTable,
  stretchesFor,
} from "../report/report-page.ts";
import type { Event, Ranked } from "./events.ts";
import { type FindingsTable, whyOf } from "./findings-text.ts";

/** The charts of a file, and what they leave out. */
interface Charts {
  readonly part: ReportPart;
  readonly leftOut: readonly string[];
}

/** One page: the findings as sentences, a table of events, and charts. A table without rows is left out. */
export function analysisPage(
  title: string,
  sentences: readonly string[],
  { part, leftOut }: Charts,
  table: FindingsTable,
): string {
  const rows = reportTable(table.title, table.head, table.rows);
  const listed = html`<section class="card"><h2>${table.title}</h2>${rows}</section>\n`;
  return reportPage(
    title,
    html`${[...sentences, ...leftOut].map((sentence) => html`<p>${sentence}</p>\n`)}
${table.rows.length > 0 ? listed : []}
<p class="muted">Drag over a chart to zoom all charts; point at it to read values. Red points are anomalies. \
The charts shade the events of the table. Where a chart has more rows than it can show, the line is the mean of some \
rows, and the band goes from the least to the greatest value of them.</p>
${chartsHere(part)}`,
  );
}

interface Gathered {
  readonly series: ReturnType<typeof gatherSeries>;
  /** The greatest share of the threshold. */
  peak: number;
}

/**
 * Gathers the charts row by row: the score of each host, and the metrics where the file has a single host. Rows without
 * a time have the number of their line as their place.
 */
export function gatherCharts(metrics: readonly string[]) {
  const shown = metrics.slice(0, CHARTS_MAX - 1);
  const hosts = new Map<string, Gathered>();
  const single = gatherSeries(shown.length, stretchesFor(shown.length + 1));
  const others = new Set<string>();
  let unit: ReportPart["unit"] = "time";

  function add({ host = "", time, line, values, verdict }: Ranked): void {
    if (time === undefined) unit = "line";
    const place = time ?? line;
    const { excess, isAnomaly, reasons } = verdict;
    const anomaly = { excess, marks: () => true };
    const of = hosts.get(host) ?? begin(host);
    if (!of) return void others.add(host);
    of.peak = Math.max(of.peak, excess);
    of.series.add(place, Float64Array.of(scoreOf(verdict)), isAnomaly ? anomaly : undefined);
    if (hosts.size > 1) return;
    const marks = (column: number) => reasons.some(({ metric }) => metric === column);
    single.add(place, values, isAnomaly ? { excess, marks } : undefined);
  }

  function begin(host: string): Gathered | undefined {
    if (hosts.size >= CHARTS_MAX) return undefined;
    const max = hosts.size === 0 ? stretchesFor(shown.length + 1) : stretchesFor(CHARTS_MAX);
    const gathered = { series: gatherSeries(1, max), peak: 0 };
    hosts.set(host, gathered);
    return gathered;
  }

  /** The events are those to shade. */
  function end(events: readonly Event[]): Charts {
    const isSingle = hosts.size <= 1;
    const most = stretchesFor(isSingle ? shown.length + 1 : hosts.size);
    const ranked = [...hosts].sort(([, a], [, b]) => b.peak - a.peak);
    const spansOf = (host: string) =>
      events.filter(({ peak }) => (peak.host ?? "") === host).map((event) => spanOf(event, unit, metrics));
    const scores = ranked.flatMap(([host, { series }]) =>
      series.end(most).map((one) => chartOf(isSingle ? "Score" : host, one, true, spansOf(host))),
    );
    const [[host = ""] = []] = ranked;
    const own = isSingle ? single.end().map((one, j) => chartOf(shown[j] ?? "", one, false, spansOf(host))) : [];
    const leftOut = isSingle ? fewer(shown.length, metrics.length) : severalHosts(hosts.size, others.size);
    return { part: { unit, charts: [...scores, ...own] }, leftOut };
  }

  return { add, end };
}

/** A logarithmic axis has no 0. */
const SCORE_MIN = 0.01;

function scoreOf({ score, excess }: Ranked["verdict"]): number {
  return Number.isNaN(score) ? Number.NaN : Math.max(excess, SCORE_MIN);
}

function chartOf(title: string, series: LongSeries, isScore: boolean, spans: readonly ReportSpan[]): ReportChart {
  return { title, isScore, spans, ...series };
}

function spanOf({ from, to, peak }: Event, unit: ReportPart["unit"], metrics: readonly string[]): ReportSpan {
  const placeOf = ({ time, line }: Ranked) => (unit === "time" ? (time ?? line) : line);
  return { from: placeOf(from), to: placeOf(to), words: `event: ${whyOf(peak, metrics)}`, colour: "event" };
}

function severalHosts(shown: number, others: number): string[] {
  const left = others > 0 ? ` The page has room for ${shown} hosts, and leaves out ${others} that came later.` : "";
  return [
    `The charts show the score of each host, the worst first. Analyse the rows of one host to see its metrics.${left}`,
  ];
}

function fewer(shown: number, all: number): string[] {
  return shown < all ? [`The page has room for ${shown} metrics, and leaves out the charts of ${all - shown}.`] : [];
}
