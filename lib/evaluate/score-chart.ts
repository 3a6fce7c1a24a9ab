import { type Markup, pixels, svg } from "../markup.ts";
import { DAY_MS } from "../time.ts";
import type { Run } from "./nab.ts";

export interface Chart {
  /** Multiples of epsilon. */
  readonly scores: Float64Array;
  readonly intervalMs: number;
  readonly events: readonly { readonly run: Run; readonly title: string }[];
  readonly incidents: readonly { readonly run: Run; readonly title: string; readonly isFalse: boolean }[];
}

const WIDTH = 1200;
const HEIGHT = 170;
/** A strip below the scores shows the incidents; the days stand below the strip. */
const STRIP = 12;
const AXIS = 18;
/** Room for the numbers at the left. */
const LEFT = 44;
const PLOT = WIDTH - LEFT;
/** Decades shown below the highest score. */
const DECADES = 4;
/** More labels would overlap. */
const DAY_LABELS_MAX = 24;
/** Spans are at least this many pixels wide, so that people can see them and point at them. */
const SPAN_MIN = 1.5;

/** Draws scores over time; the style sheet of the page gives each class its colour. */
export function drawChart(chart: Chart): Markup {
  const { scores, events, incidents } = chart;
  const y = scaleOf(scores);
  const x = (row: number) => LEFT + (row / Math.max(1, scores.length)) * PLOT;
  const span = ({ first, last }: Run, top: number, height: number, kind: string, title: string) => {
    const width = Math.max(SPAN_MIN, x(last + 1) - x(first));
    return svg`<rect class="${kind}" x="${x(first)}" y="${top}" width="${width}" height="${height}"><title>${title}</title></rect>\n`;
  };
  const limit = y.place(1);
  return svg`<svg viewBox="0 0 ${WIDTH} ${HEIGHT + STRIP + AXIS}" role="img" aria-label="scores over time">
${events.map(({ run, title }) => span(run, 0, HEIGHT, "event", title))}${decades(y)}<path class="score" d="${outline(scores, y.place)}"/>
<line class="threshold" x1="${LEFT}" x2="${WIDTH}" y1="${limit}" y2="${limit}"><title>epsilon</title></line>
${incidents.map(({ run, title, isFalse }) => span(run, HEIGHT + 2, STRIP - 4, isFalse ? "false" : "true", title))}${days(chart, x)}</svg>
`;
}

interface Scale {
  readonly low: number;
  readonly high: number;
  /** Converts a score to pixels from the top; scores below the scale lie on its floor. */
  readonly place: (score: number) => number;
}

/** The scale is logarithmic because scores span decades and epsilon lies among the small ones. */
function scaleOf(scores: Float64Array): Scale {
  const highest = scores.reduce((a, b) => (b < Number.POSITIVE_INFINITY ? Math.max(a, b) : a), 0);
  const high = Math.max(highest, 1) * 1.2;
  const lowest = scores.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), high);
  const low = Math.max(lowest / 1.2, high / 10 ** DECADES);
  const share = (score: number) => Math.log(Math.min(high, Math.max(low, score)) / low) / Math.log(high / low);
  return { low, high, place: (score) => HEIGHT * (1 - share(score)) };
}

/** Draws the band between the lowest and highest score of each pixel, so that even a long series shows every peak. */
function outline(scores: Float64Array, place: (score: number) => number): string {
  const columns = Math.min(PLOT, scores.length);
  const band = Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * scores.length) / columns);
    const own = scores.subarray(from, Math.floor(((column + 1) * scores.length) / columns));
    return {
      x: LEFT + (column * PLOT) / columns,
      low: place(own.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)),
      high: place(own.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)),
    };
  });
  const tops = band.map(({ x, high }) => `${pixels(x)} ${pixels(high)}`);
  const bottoms = band.map(({ x, low }) => `${pixels(x)} ${pixels(low + 0.6)}`).reverse();
  return `M${tops.join("L")}L${bottoms.join("L")}Z`;
}

function decades({ low, high, place }: Scale): Markup[] {
  const lines: Markup[] = [];
  for (let power = Math.ceil(Math.log10(low)); 10 ** power <= high; power++) {
    const y = place(10 ** power);
    const label = String(Number((10 ** power).toPrecision(1)));
    lines.push(svg`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/>
<text x="${LEFT - 6}" y="${y}" text-anchor="end" dominant-baseline="middle">${label}</text>
`);
  }
  return lines;
}

function days({ scores, intervalMs }: Chart, x: (row: number) => number): Markup[] {
  const perDay = DAY_MS / intervalMs;
  const count = Math.floor(scores.length / perDay);
  const step = Math.ceil((count + 1) / DAY_LABELS_MAX);
  return Array.from({ length: Math.floor(count / step) + 1 }, (_, i) => i * step).map((day) => {
    const place = x(day * perDay);
    return svg`<line class="grid" x1="${place}" x2="${place}" y1="0" y2="${HEIGHT}"/>\
<text x="${place}" y="${HEIGHT + STRIP + AXIS - 4}">day ${day}</text>
`;
  });
}
