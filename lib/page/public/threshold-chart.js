import { h, s } from "./dom.js";
import { compact, decimal, titleOfVerdict } from "./words.js";

const CURVE_HEIGHT = 150;
const DOTS_HEIGHT_MAX = 120;
const MARGIN = { left: 44, right: 14, top: 16 };
const BIN_WIDTH = 14;
const DOT = 9;
const AXIS = [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000];

/**
 * Above, how many alerts a week each epsilon would raise; below, the peaks of incidents by their label. The line is the epsilon
 * that is tried: it can be dragged, and the slider beside it does the same for the keyboard.
 */
export function thresholdChart({ levels, peaks, epsilon, lowest, highest, width, onDrag }) {
  const inner = width - MARGIN.left - MARGIN.right;
  const x = (value) => MARGIN.left + (inner * Math.log(Math.max(value, lowest) / lowest)) / Math.log(highest / lowest);
  const valueAt = (place) => lowest * (highest / lowest) ** Math.min(Math.max((place - MARGIN.left) / inner, 0), 1);
  const most = Math.max(...levels.map(({ alertsPerWeek }) => alertsPerWeek), 1);
  const bottom = MARGIN.top + CURVE_HEIGHT;
  const bins = binsOf(peaks, (score) => (x(score) - MARGIN.left) / inner, Math.max(Math.floor(inner / BIN_WIDTH), 1));
  const tallest = Math.max(...bins.map(({ length }) => length));
  const dotsHeight = Math.min(DOTS_HEIGHT_MAX, 14 + tallest * (DOT + 2));
  const height = bottom + dotsHeight + 24;
  const y = (rate) => bottom - (CURVE_HEIGHT * Math.sqrt(rate)) / Math.sqrt(most);
  const points = levels.map(({ epsilon: at, alertsPerWeek }) => `${x(at)},${y(alertsPerWeek)}`);
  const end = points.at(-1)?.split(",")[1] ?? bottom;
  const line = s("line", { class: "try", y1: MARGIN.top - 8, y2: height - 24 });
  const grip = s("circle", { class: "grip", cy: bottom, r: 9 });
  const svg = s(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      class: "threshold",
      role: "img",
      "aria-label": `Alerts a week by epsilon, from ${decimal(levels[0].alertsPerWeek)} at ${decimal(levels[0].epsilon)} down to ${decimal(levels.at(-1).alertsPerWeek)} at ${decimal(levels.at(-1).epsilon)}; ${peaks.length} peaks of incidents by label`,
    },
    [0, most / 4, most].map((rate) =>
      s(
        "g",
        {},
        s("line", { class: "rule-line", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(rate), y2: y(rate) }),
        s("text", { x: MARGIN.left - 6, y: y(rate) + 4, "text-anchor": "end" }, compact(rate)),
      ),
    ),
    s("polygon", {
      class: "area",
      points: `${MARGIN.left},${bottom} ${points.join(" ")} ${width - MARGIN.right},${end} ${width - MARGIN.right},${bottom}`,
    }),
    s("polyline", { class: "curve", points: `${points.join(" ")} ${width - MARGIN.right},${end}` }),
    s("rect", {
      class: "in-force",
      x: x(epsilon.low) - 1,
      width: Math.max(x(epsilon.high) - x(epsilon.low), 2),
      y: MARGIN.top,
      height: height - 24 - MARGIN.top,
    }),
    dots(bins, inner, bottom + dotsHeight, Math.min(DOT + 2, (dotsHeight - 10) / tallest)),
    AXIS.filter((value) => value >= lowest && value <= highest).map((value) =>
      s("text", { x: x(value), y: height - 6, "text-anchor": "middle" }, compact(value)),
    ),
    line,
    grip,
  );
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    drag(event);
  });
  svg.addEventListener("pointermove", (event) => (event.buttons > 0 ? drag(event) : undefined));

  function drag({ clientX }) {
    const box = svg.getBoundingClientRect();
    onDrag(valueAt(((clientX - box.left) * width) / box.width));
  }

  const key = h(
    "ul",
    { class: "legend" },
    h("li", {}, h("span", { class: "swatch area" }), "alerts a week at this epsilon (square-root scale)"),
    h("li", {}, h("span", { class: "swatch in-force" }), "in force now"),
    h("li", {}, h("span", { class: "dot-fault" }, "■"), " peak of a fault"),
    h("li", {}, h("span", { class: "dot-false" }, "□"), " false alarm or new normal"),
    h("li", {}, h("span", { class: "dot-none" }, "•"), " not labelled"),
  );
  return {
    element: h("figure", {}, svg, key),
    move(value) {
      for (const [element, name] of [
        [line, "x1"],
        [line, "x2"],
        [grip, "cx"],
      ])
        element.setAttribute(name, String(x(value)));
    },
  };
}

/** Incidents by score: faults first, so that they lie lowest. */
function binsOf(peaks, shareOf, count) {
  const bins = Array.from({ length: count }, () => []);
  const ranks = { fault: 0, false: 1, "new-normal": 1 };
  const rank = ({ verdict }) => ranks[verdict] ?? 2;
  for (const peak of [...peaks].sort((a, b) => rank(a) - rank(b)))
    bins[Math.min(Math.floor(count * shareOf(peak.score)), count - 1)]?.push(peak);
  return bins;
}

/** A histogram in which each incident has its place. */
function dots(bins, inner, floor, step) {
  const size = Math.min(DOT, Math.max(step - 1, 2));
  return bins.flatMap((bin, i) =>
    bin.map((peak, j) => dot(peak, MARGIN.left + ((i + 0.5) * inner) / bins.length, floor - (j + 0.5) * step, size)),
  );
}

function dot(peak, cx, cy, size) {
  const title = s(
    "title",
    {},
    `${peak.id} ${peak.host}, peak ${decimal(peak.score)}: ${peak.verdict ? titleOfVerdict(peak.verdict) : "not labelled"}`,
  );
  const kind = { fault: "fault", false: "false", "new-normal": "false" }[peak.verdict] ?? "none";
  if (kind === "none") return s("circle", { class: "dot-none", cx, cy, r: size / 3 }, title);
  return s("rect", { class: `dot-${kind}`, x: cx - size / 2, y: cy - size / 2, width: size, height: size }, title);
}
