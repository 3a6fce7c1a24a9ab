import { h, s } from "./dom.js";
import { scoreLanes } from "./score-lanes.js";
import { alertsIn, compact, decimal, titleOfVerdict } from "./words.js";

const CURVE_HEIGHT = 150;
const DOTS_HEIGHT_MAX = 120;
const MARGIN = { left: 44, right: 14, top: 30, bottom: 24 };
/** The space above a panel for its title. */
const TITLE_HEIGHT = 28;
const BIN_WIDTH = 14;
const DOT = 9;
const AXIS = [0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000];
/** Labels of the axis keep this far apart. */
const LABEL_WIDTH = 34;

/**
 * Over the logarithm of the score, from top to bottom: the alerts that each epsilon would raise; for one host
 * the scores of its samples; the peaks of incidents by label. The line is the epsilon on trial: a pointer can drag it,
 * and the slider below does the same for the keyboard.
 */
export function thresholdChart({ levels, days, peaks, epsilon, highest, histogram, width, onDrag }) {
  const lowest = Math.min(levels[0].epsilon, histogram?.edges[0] ?? Number.POSITIVE_INFINITY);
  const inner = width - MARGIN.left - MARGIN.right;
  const scale = Math.log(Math.max(highest, histogram?.edges.at(-1) ?? 0) / lowest);
  const x = (value) => MARGIN.left + (inner * Math.log(Math.max(value, lowest) / lowest)) / scale;
  const valueAt = (place) => lowest * Math.exp(scale * Math.min(Math.max((place - MARGIN.left) / inner, 0), 1));
  const bottom = MARGIN.top + CURVE_HEIGHT;
  const lanes = histogram && scoreLanes(histogram, { x, left: MARGIN.left, right: width - MARGIN.right, top: bottom });
  const dots = dotsOf(peaks, (score) => (x(score) - MARGIN.left) / inner, {
    inner,
    top: bottom + (lanes?.height ?? 0) + TITLE_HEIGHT,
  });
  const floor = bottom + (lanes?.height ?? 0) + TITLE_HEIGHT + dots.height;
  const line = s("line", { class: "try", y1: MARGIN.top - 8, y2: floor });
  const grip = s("circle", { class: "grip", cy: MARGIN.top + CURVE_HEIGHT / 2, r: 9 });
  const svg = s(
    "svg",
    {
      viewBox: `0 0 ${width} ${floor + MARGIN.bottom}`,
      class: "threshold",
      role: "img",
      "aria-label": [
        `${alertsIn(days)} by epsilon, from ${alertsAt(levels[0])} down to ${alertsAt(levels.at(-1))}`,
        ...(lanes ? [lanes.words] : []),
        `${peaks.length} peaks of incidents by label`,
      ].join("; "),
    },
    curve(levels, { x, bottom, width, days }),
    s("rect", {
      class: "in-force",
      x: x(epsilon.low) - 1,
      width: Math.max(x(epsilon.high) - x(epsilon.low), 2),
      y: MARGIN.top,
      height: floor - MARGIN.top,
    }),
    lanes?.elements ?? [],
    s("line", { class: "rule-line", x1: MARGIN.left, x2: width - MARGIN.right, y1: floor, y2: floor }),
    dots.elements,
    axisOf(x, lowest, width).map((value) =>
      s("text", { x: x(value), y: floor + MARGIN.bottom - 6, "text-anchor": "middle" }, compact(value)),
    ),
    line,
    grip,
    // On top of the line, which may lie anywhere.
    lanes?.titles ?? [],
    s("text", { class: "panel", x: 0, y: floor - dots.height - 8 }, "Peaks of incidents"),
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

  return {
    element: h("figure", {}, svg, legend(days), lanes ? h("figcaption", {}, lanes.caption) : ""),
    move(value) {
      line.setAttribute("x1", x(value));
      line.setAttribute("x2", x(value));
      grip.setAttribute("cx", x(value));
    },
  };
}

function alertsAt({ alerts, epsilon }) {
  return `${decimal(alerts)} at ${decimal(epsilon)}`;
}

function curve(levels, { x, bottom, width, days }) {
  const most = Math.max(...levels.map(({ alerts }) => alerts), 1);
  const y = (rate) => bottom - (CURVE_HEIGHT * Math.sqrt(rate)) / Math.sqrt(most);
  const points = levels.map(({ epsilon, alerts }) => `${x(epsilon)},${y(alerts)}`);
  const [first, right] = [x(levels[0].epsilon), width - MARGIN.right];
  const end = `${right},${y(levels.at(-1).alerts)}`;
  return [
    s("text", { class: "panel", x: 0, y: MARGIN.top - 16 }, alertsIn(days)),
    ...[0, most / 4, most].map((rate) =>
      s(
        "g",
        {},
        s("line", { class: "rule-line", x1: MARGIN.left, x2: right, y1: y(rate), y2: y(rate) }),
        s("text", { x: MARGIN.left - 6, y: y(rate) + 4, "text-anchor": "end" }, compact(rate)),
      ),
    ),
    s("polygon", { class: "area", points: `${first},${bottom} ${points.join(" ")} ${end} ${right},${bottom}` }),
    s("polyline", { class: "curve", points: `${points.join(" ")} ${end}` }),
  ];
}

/** The values that fit on the axis, powers of ten first. */
function axisOf(x, lowest, width) {
  const shown = [];
  const inside = AXIS.filter((value) => value >= lowest && x(value) < width - MARGIN.right);
  const isRound = (value) => Number.isInteger(Math.log10(value));
  for (const value of [...inside.filter(isRound), ...inside.filter((value) => !isRound(value))])
    if (shown.every((other) => Math.abs(x(other) - x(value)) >= LABEL_WIDTH)) shown.push(value);
  return shown;
}

function legend(days) {
  return h(
    "ul",
    { class: "legend" },
    h("li", {}, h("span", { class: "swatch area" }), `${alertsIn(days)} at this epsilon (square-root scale)`),
    h("li", {}, h("span", { class: "swatch in-force" }), "in force now"),
    h("li", {}, h("span", { class: "fault" }, "■"), " peak of a fault"),
    h("li", {}, h("span", { class: "false" }, "□"), " false alarm or new normal"),
    h("li", {}, h("span", { class: "unlabelled" }, "•"), " not labelled"),
  );
}

/** A histogram with one dot per incident, faults lowest. */
function dotsOf(peaks, shareOf, { inner, top }) {
  const bins = binsOf(peaks, shareOf, Math.max(Math.floor(inner / BIN_WIDTH), 1));
  const tallest = Math.max(...bins.map(({ length }) => length));
  const height = Math.min(DOTS_HEIGHT_MAX, 14 + tallest * (DOT + 2));
  const step = Math.min(DOT + 2, (height - 10) / tallest);
  const size = Math.min(DOT, Math.max(step - 1, 2));
  const elements = bins.flatMap((bin, i) =>
    bin.map((peak, j) =>
      dot(peak, MARGIN.left + ((i + 0.5) * inner) / bins.length, top + height - (j + 0.5) * step, size),
    ),
  );
  return { height, elements };
}

const KINDS = ["fault", "false", "unlabelled"];

function kindOf(verdict) {
  return { fault: "fault", false: "false", "new-normal": "false" }[verdict] ?? "unlabelled";
}

/** Incidents by score, faults first in each bin. */
function binsOf(peaks, shareOf, count) {
  const bins = Array.from({ length: count }, () => []);
  const rank = ({ verdict }) => KINDS.indexOf(kindOf(verdict));
  for (const peak of [...peaks].sort((a, b) => rank(a) - rank(b)))
    bins[Math.min(Math.floor(count * shareOf(peak.score)), count - 1)]?.push(peak);
  return bins;
}

function dot(peak, cx, cy, size) {
  const title = s(
    "title",
    {},
    `${peak.id} ${peak.host}, peak ${decimal(peak.score)}: ${peak.verdict ? titleOfVerdict(peak.verdict) : "not labelled"}`,
  );
  const kind = kindOf(peak.verdict);
  if (kind === "unlabelled") return s("circle", { class: kind, cx, cy, r: size / 3 }, title);
  return s("rect", { class: kind, x: cx - size / 2, y: cy - size / 2, width: size, height: size }, title);
}
