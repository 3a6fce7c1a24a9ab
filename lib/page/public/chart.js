import uPlot from "./uplot.js";
import { compact } from "./words.js";

/** More points than this are drawn small. */
const MANY = 30;
const DAY = 86_400_000;

const clockTimes = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const exactTimes = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

const sync = uPlot.sync("host");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/**
 * A metric over time within its expected band, its anomalies as red points. `onLook` gets the place of the point under the
 * cursor, of any chart of the page, or undefined. Times come in milliseconds.
 */
export function metricChart(element, { times, series, height, onLook }) {
  const options = {
    width: Math.max(element.clientWidth, 120),
    height,
    ms: 1,
    legend: { show: false },
    cursor: { sync: { key: sync.key }, drag: { x: false, y: false }, points: { size: 5 } },
    scales: { x: { time: true } },
    axes: [
      {
        ...axis(),
        size: 26,
        space: 70,
        values: (_, splits, __, ___, step) => splits.map((time) => timeText(time, step)),
      },
      { ...axis(), size: 46, space: 28, values: (_, splits) => splits.map(compact) },
    ],
    series: [
      {},
      { stroke: "transparent", points: { show: false } },
      { stroke: "transparent", points: { show: false } },
      { stroke: colour("accent"), width: 1.5, points: { show: false }, spanGaps: false },
      {
        stroke: "transparent",
        points: { show: true, size: series.marks.length > MANY ? 4 : 7, fill: colour("critical"), width: 0 },
        paths: () => null,
      },
    ],
    bands: [{ series: [2, 1], fill: colour("band") }],
    hooks: { setCursor: [({ cursor }) => onLook(cursor.idx ?? undefined)] },
  };
  const chart = new uPlot(options, dataOf(times, series), element);
  return {
    update: (nextTimes, next) => chart.setData(dataOf(nextTimes, next)),
    resize: () => chart.setSize({ width: Math.max(element.clientWidth, 120), height }),
    destroy: () => chart.destroy(),
  };
}

function axis() {
  return {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui",
  };
}

function timeText(time, step) {
  if (step >= DAY) return days.format(time);
  return (step < 60_000 ? exactTimes : clockTimes).format(time);
}

/** Where the server knows nothing, nothing is drawn. */
function dataOf(times, { values, low, high, marks }) {
  const marked = values.map(() => null);
  for (const place of marks) marked[place] = values[place];
  return [times, low, high, values, marked];
}
