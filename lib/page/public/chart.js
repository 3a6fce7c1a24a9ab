import { h } from "./dom.js";
import uPlot from "./uplot.js";
import { axisTime, compact } from "./words.js";

/** With more points, each is small. */
const MANY = 30;
const sync = uPlot.sync("host");

/** The browser resolves `light-dark()` only in a property that takes a colour. */
function colour(name) {
  const probe = document.body.appendChild(h("i"));
  probe.style.color = `var(--${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/**
 * A metric over time within its expected band, its anomalies as red points. `onLook` gets the index of the point under
 * the cursor in any chart of the page, or undefined. Times are in milliseconds.
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
        values: (_, splits, __, ___, step) => splits.map((time) => axisTime(time, step)),
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

function dataOf(times, { values, low, high, marks }) {
  const marked = values.map(() => null);
  for (const place of marks) marked[place] = values[place];
  return [times, low, high, values, marked];
}
