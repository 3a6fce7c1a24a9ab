import { h } from "./dom.js";
import uPlot from "./uplot.js";
import { axisTime, compact } from "./words.js";

/** With more points, each is small. */
const MANY = 30;
/** A pointer that moved less has pressed, not dragged (pixels). */
const DRAG_MIN = 6;
const sync = uPlot.sync("host");
/** Charts share where the pointer is, and not what it selects: each selection would zoom once for each chart. */
const isLook = (type) => type === "mousemove" || type === "mouseleave";

/** The browser resolves `light-dark()` only in a property that takes a colour. */
function colour(name) {
  const probe = document.body.appendChild(h("i"));
  probe.style.color = `var(--${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/**
 * A series over time within its expected band, its anomalies as red points: the mean of each stretch as a line, from
 * the smallest to the largest value as a band. `shape` has `times`, `series`, and `axis` for the time that is drawn,
 * whether it has samples or not. `onLook` gets the index of the point under the cursor in any chart of the page, or
 * undefined; `onZoom` gets the time that somebody selected by dragging. Times are in milliseconds.
 */
export function metricChart(element, { height, isLogarithmic, onLook, onZoom, ...shape }) {
  let { axis } = shape;
  const marks = shape.series.marks.length;
  const options = {
    width: Math.max(element.clientWidth, 120),
    height,
    ms: 1,
    legend: { show: false },
    cursor: {
      sync: { key: sync.key, filters: { pub: isLook, sub: isLook } },
      drag: { x: true, y: false, setScale: false },
      points: { size: 5 },
    },
    scales: {
      x: { time: true, range: (_, min, max) => (axis ? [axis.from, axis.to] : [min, max]) },
      y: isLogarithmic ? { distr: 3 } : {},
    },
    axes: [
      {
        ...axisStyle(),
        size: 26,
        space: 70,
        values: (_, splits, __, ___, step) => splits.map((time) => axisTime(time, step)),
      },
      valueAxis(isLogarithmic),
    ],
    series: [
      {},
      ...[1, 2, 3, 4].map(() => ({ stroke: "transparent", points: { show: false } })),
      { stroke: colour("accent"), width: 1.5, points: { show: false }, spanGaps: false },
      {
        stroke: "transparent",
        points: { show: true, size: marks > MANY ? 4 : 7, fill: colour("critical"), width: 0 },
        paths: () => null,
      },
    ],
    bands: [
      { series: [2, 1], fill: colour("band") },
      { series: [4, 3], fill: colour("extent") },
    ],
    hooks: {
      setCursor: [({ cursor }) => onLook(cursor.idx ?? undefined)],
      setSelect: [select],
    },
  };
  const chart = new uPlot(options, dataOf(shape), element);

  function select(plot) {
    const { left, width } = plot.select;
    if (width < DRAG_MIN) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    onZoom(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
  }

  return {
    update(next) {
      ({ axis } = next);
      chart.setData(dataOf(next));
    },
    resize: () => chart.setSize({ width: Math.max(element.clientWidth, 120), height }),
    destroy: () => chart.destroy(),
  };
}

/** On a logarithmic scale only the powers of ten have a line and a number. */
function valueAxis(isLogarithmic) {
  const values = (_, splits) => splits.map((at) => (at === null ? "" : compact(at)));
  const axis = { ...axisStyle(), size: 46, space: 28, values };
  if (!isLogarithmic) return axis;
  const filter = (_, splits) => splits.map((at) => (Math.abs(Math.log10(at) % 1) < 1e-9 ? at : null));
  return { ...axis, filter, grid: { ...axis.grid, filter } };
}

function axisStyle() {
  return {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui",
  };
}

function dataOf({ times, series: { values, min = values, max = values, low, high, marks } }) {
  const marked = values.map(() => null);
  for (const [place, value] of marks) marked[place] = value;
  return [times, low, high, min, max, values, marked];
}
