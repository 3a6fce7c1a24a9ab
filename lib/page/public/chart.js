import { h } from "./dom.js";
import uPlot from "./uplot.js";
import { compact } from "./words.js";

/** With more points, each is small. */
const MANY = 30;
/** A pointer that moved less has pressed, not dragged (pixels). */
const DRAG_MIN = 6;
/** Strips below the line for spans of time, one above the other (pixels). */
const STRIP = 7;
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
 * the smallest to the largest value as a band. `shape` has `times` and `series`, and `axis` for the time that is drawn,
 * whether it has samples or not. It may have `spans` of time, each with a `colour` of the page. A span with a `lane` is
 * a strip at the bottom; without one it has the whole height. `scale` says what the times are (see time-scale.js).
 * Charts of one `group` share the pointer: `onLook` gets the index of the point under it, or undefined; `onZoom` gets
 * the time that somebody selected by dragging.
 */
export function metricChart(element, { height, isLogarithmic, scale, group, onLook, onZoom, ...shape }) {
  let { axis, spans = [] } = shape;
  const marks = shape.series.marks.length;
  const options = {
    width: Math.max(element.clientWidth, 120),
    height,
    ms: 1,
    legend: { show: false },
    ...(scale.zone ? { tzDate: (time) => uPlot.tzDate(new Date(time), scale.zone) } : {}),
    cursor: {
      sync: { key: uPlot.sync(group).key, filters: { pub: isLook, sub: isLook } },
      drag: { x: true, y: false, setScale: false },
      points: { size: 5 },
    },
    scales: {
      x: { time: scale.isTime, range: (_, min, max) => (axis ? [axis.from, axis.to] : [min, max]) },
      y: isLogarithmic ? { distr: 3 } : {},
    },
    axes: [
      {
        ...axisStyle(),
        size: 26,
        space: 70,
        values: (_, splits, __, ___, step) => splits.map((time) => scale.tick(time, step)),
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
      drawClear: [(plot) => drawSpans(plot, spans)],
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
      ({ axis, spans = [] } = next);
      chart.setData(dataOf(next));
    },
    resize: () => chart.setSize({ width: Math.max(element.clientWidth, 120), height }),
    destroy: () => chart.destroy(),
  };
}

function drawSpans({ ctx, bbox, valToPos }, spans) {
  const pixel = devicePixelRatio;
  const paints = new Map();
  const paint = (name) => paints.get(name) ?? paints.set(name, colour(name)).get(name);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { from, to, lane, colour: name } of spans) {
    const [left, right] = [valToPos(from, "x", true), valToPos(to, "x", true)];
    const bottom = bbox.top + bbox.height - (lane ?? 0) * STRIP * pixel;
    ctx.fillStyle = paint(name);
    // People must see the shortest span, too.
    const [top, tall] =
      lane === undefined ? [bbox.top, bbox.height] : [bottom - (STRIP - 2) * pixel, (STRIP - 2) * pixel];
    ctx.fillRect(left, top, Math.max(right - left, 2 * pixel), tall);
  }
  ctx.restore();
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

function dataOf({ times, series: { values, min = values, max = values, low = [], high = [], marks } }) {
  const marked = values.map(() => null);
  for (const [place, value] of marks) marked[place] = value;
  return [times, low, high, min, max, values, marked];
}
