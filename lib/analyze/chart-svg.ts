import { type Markup, pixels, svg } from "../markup.ts";
import { plainTime } from "../table/metrics-history.ts";
import type { ChartData, Mark, PanelData } from "./chart-data.ts";

const WIDTH = 1000;
const LEFT = 70;
const RIGHT = 16;
const PLOT = WIDTH - LEFT - RIGHT;
const PANEL = 220;
/** Between panels, for the title of the next one. */
const GAP = 34;
/** Title and legend. */
const TOP = 64;
/** Times and their label. */
const BOTTOM = 48;
const X_TICKS = 5;
const Y_TICKS = 5;
const MARK_RADIUS = 3.5;

/** Draws a line chart with red points at the anomalies; as a file it is complete. */
export function drawSvg(title: string, chart: ChartData): Markup {
  const height = TOP + chart.panels.length * (PANEL + GAP) + BOTTOM;
  return svg`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
<style>${{ markup: STYLE }}</style><rect class="paper" width="${WIDTH}" height="${height}"/>
<text class="title" x="${LEFT}" y="24">${title}</text>
<line class="line" x1="${LEFT}" x2="${LEFT + 24}" y1="44" y2="44"/><text x="${LEFT + 30}" y="48">value</text>\
<circle class="anomaly" cx="${LEFT + 92}" cy="44" r="${MARK_RADIUS}"/><text x="${LEFT + 102}" y="48">anomaly</text>
${chart.panels.map((panel, i) => drawPanel(chart, panel, TOP + GAP + i * (PANEL + GAP)))}${timeAxis(chart, height)}</svg>
`;
}

function drawPanel(chart: ChartData, panel: PanelData, top: number): Markup {
  const ticks = ticksOf(panel);
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const y = (value: number) => top + PANEL * (1 - (value - low) / (high - low));
  const x = (column: number) => xOf(chart, column);
  const gridY = ticks.map(
    (tick) => svg`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}"/>\
<text class="tick" x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${String(Number(tick.toPrecision(6)))}</text>
`,
  );
  const gridX = tickColumns(chart).map(
    (column) => svg`<line class="grid" x1="${x(column)}" x2="${x(column)}" y1="${top}" y2="${top + PANEL}"/>\n`,
  );
  return svg`<text class="panel" x="${LEFT}" y="${top - 8}">${panel.title}</text>
${gridY}${gridX}<path class="line" d="${outline(panel, x, y)}"/>
${panel.marks.map((mark) => drawMark(mark, x(mark.column), y(mark.value)))}`;
}

function drawMark({ row, value, excess }: Mark, x: number, y: number): Markup {
  const when = row.time === undefined ? "" : `${plainTime(row.time)} `;
  const host = row.host === undefined ? "" : `${row.host} `;
  const title = `${when}${host}${Number(value.toPrecision(6))}, ${excess.toFixed(2)} × the threshold`;
  return svg`<circle class="anomaly" cx="${x}" cy="${y}" r="${MARK_RADIUS}"><title>${title}</title></circle>\n`;
}

/** Draws from the least to the greatest value of each column, with a gap at columns without values. */
function outline({ least, greatest }: PanelData, x: (column: number) => number, y: (value: number) => number): string {
  let path = "";
  let isOpen = false;
  for (let column = 0; column < least.length; column++) {
    const [low = Number.NaN, high = Number.NaN] = [least[column], greatest[column]];
    if (Number.isNaN(low)) {
      isOpen = false;
      continue;
    }
    const at = pixels(x(column));
    path += `${isOpen ? "L" : "M"}${at} ${pixels(y(low))}`;
    if (high > low) path += `V${pixels(y(high))}`;
    isOpen = true;
  }
  return path;
}

function timeAxis(chart: ChartData, height: number): Markup {
  const y = height - BOTTOM + 18;
  const labels = tickColumns(chart).map((column) => {
    const time = chart.times[column] ?? Number.NaN;
    const row = Math.round((column * chart.rows) / chart.columns) + 1;
    const text = Number.isNaN(time) ? String(row) : plainTime(time).slice(0, 16);
    return svg`<text class="tick" x="${xOf(chart, column)}" y="${y}" text-anchor="middle">${text}</text>\n`;
  });
  const name = chart.times.every(Number.isNaN) ? "row" : "time (UTC)";
  return svg`${labels}<text class="tick" x="${LEFT + PLOT / 2}" y="${y + 20}" text-anchor="middle">${name}</text>\n`;
}

function xOf({ columns }: ChartData, column: number): number {
  return LEFT + ((column + 0.5) / columns) * PLOT;
}

/** Keeps ticks away from the ends, where their labels would be cut off. */
function tickColumns({ columns }: ChartData): number[] {
  const places = Array.from({ length: X_TICKS }, (_, i) => Math.floor(((i + 0.5) * columns) / X_TICKS));
  return [...new Set(places)];
}

/** Round numbers from at or below the least value to at or above the greatest. */
function ticksOf({ least, greatest }: Pick<PanelData, "least" | "greatest">): number[] {
  const isThere = (value: number) => !Number.isNaN(value);
  const low = least.filter(isThere).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = greatest.filter(isThere).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!(low <= high)) return [0, 1];
  const step = roundStep((high - low) / Y_TICKS || Math.abs(high) / Y_TICKS || 1);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** The next larger of 1, 2 and 5 times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (ROUND.find((factor) => factor * power >= least) ?? 10) * power;
}

const ROUND = [1, 2, 5, 10];

const STYLE = `
svg { --ink: #1b1f24; --faint: #d8dde3; --paper: #fff; --line: #3b6ea8; --anomaly: #d01919; }
@media (prefers-color-scheme: dark) { svg { --ink: #e3e7ec; --faint: #343b44; --paper: #14181d; --line: #7fb0e6; --anomaly: #ff6b5e; } }
text { font: 13px system-ui, sans-serif; fill: var(--ink); } .title { font-size: 17px; font-weight: 600; } .panel { font-weight: 600; }
.tick { font-size: 11px; opacity: .75; } .paper { fill: var(--paper); } .grid { stroke: var(--faint); stroke-width: .7; }
.line { fill: none; stroke: var(--line); stroke-width: 1.2; stroke-linejoin: round; } .anomaly { fill: var(--anomaly); }
`;
