import { h, setText } from "./dom.js";
import { metricCards } from "./metric-cards.js";
import { searchField, searchOf } from "./search.js";
import { numberScale, UTC } from "./time-scale.js";
import { compact, decimal } from "./words.js";

/** With more charts there is a search. */
const FEW = 6;
/** The score is a multiple of the limit; the axis is logarithmic and has no 0. */
const SCORE_BAND = [0.01, 1];
const HEIGHT_ALONE = 190;

/** Draws the charts of each part of a report from the data in it. */
for (const [i, part] of document.querySelectorAll(".zoomable").entries())
  drawPart(part, JSON.parse(part.querySelector("script").textContent), `part ${i}`);

/**
 * `unit` says what the places of the samples are: `time` in milliseconds, or the name of what is counted. Each chart
 * has `title`, `places`, the series in lists of the same length, `marks` as pairs of an index and a value, and `spans`.
 */
function drawPart(part, { unit, charts }, group) {
  const scale = unit === "time" ? UTC : numberScale(unit);
  const whole = rangeOf(charts);
  let axis = whole;
  let search = searchOf("");
  const cards = h("div", { class: charts.length === 1 ? "charts alone" : "charts" });
  const alone = charts.length === 1 ? { height: HEIGHT_ALONE } : {};
  const shown = metricCards(cards, (from, to) => zoom({ from, to }), { scale, group, ...alone });
  const said = h("span", { role: "status" });
  const button = (words, act) => h("button", { type: "button", onclick: act }, words);
  const all = button(unit === "time" ? "Whole time" : `All ${unit}s`, () => zoom(whole));
  const buttons = [
    all,
    button("Zoom in", () => zoom(around(0.25, 0.75))),
    button("Zoom out", () => zoom(around(-0.5, 1.5))),
    button("← Earlier", () => zoom(around(-0.5, 0.5))),
    button("Later →", () => zoom(around(0.5, 1.5))),
  ];
  const field = searchField({
    label: "Search charts",
    placeholder: "cpu, disk*…",
    onSearch(text) {
      search = searchOf(text);
      draw();
    },
  });

  function around(from, to) {
    const length = axis.to - axis.from;
    return { from: axis.from + from * length, to: axis.from + to * length };
  }

  function zoom({ from, to }) {
    const length = Math.min(to - from, whole.to - whole.from);
    const begin = Math.min(Math.max(from, whole.from), whole.to - length);
    axis = { from: begin, to: begin + length };
    draw();
  }

  function draw() {
    all.disabled = axis.from <= whole.from && axis.to >= whole.to;
    const [from, to] = unit === "time" ? [axis.from, axis.to] : [Math.ceil(axis.from), Math.floor(axis.to)];
    const words = `${scale.at(from)} to ${scale.at(to)}`;
    setText(said, words);
    const wanted = charts.filter(({ title }) => search.fits(title));
    shown.show(
      wanted.map((chart) => ({ ...chartOf(chart), axis })),
      words,
    );
  }

  part.replaceChildren(
    h("div", { class: "tools", role: "group", "aria-label": "Zoom" }, buttons, said),
    charts.length > FEW ? h("div", { class: "tools" }, field) : "",
    cards,
  );
  draw();
}

function chartOf({ title, isScore, places, anomalies, spans, ...series }) {
  const [low, high] = SCORE_BAND.map((edge) => places.map(() => edge));
  const current = isScore ? scoreWords(series) : valueWords(series);
  return {
    ...{ name: title, title, times: places, spans, anomalies, current },
    ...(isScore ? { isLogarithmic: true, series: { ...series, low, high } } : { series }),
  };
}

function scoreWords({ values, max = values }) {
  const peak = max.reduce((a, b) => Math.max(a, b), 0);
  return { now: `peak ${decimal(peak, 2)} × limit`, words: "the limit is 1" };
}

function valueWords({ values, min = values, max = values }) {
  const known = (list) => list.filter((value) => value !== null);
  const [low, high] = [
    known(min).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    known(max).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
  return low <= high
    ? { now: low === high ? compact(low) : `${compact(low)} to ${compact(high)}`, words: "" }
    : undefined;
}

function rangeOf(charts) {
  const ends = charts.flatMap(({ places }) => [places[0], places.at(-1)]);
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  return { from, to: Math.max(to, from + 1) };
}
