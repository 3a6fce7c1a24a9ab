import { metricChart } from "./chart.js";
import { arrange, h, setAttribute, setText } from "./dom.js";
import { LOCAL_TIME } from "./time-scale.js";
import { breakable, compact, several } from "./words.js";

const CHART_HEIGHT = 130;

/**
 * A chart for each metric with its current value, over times of a scale. Charts out of sight are drawn when they come
 * into view. `onZoom` gets the time that somebody selected in one of them. Charts of one `group` share the pointer.
 */
export function metricCards(root, onZoom, { scale = LOCAL_TIME, group = "host", height = CHART_HEIGHT } = {}) {
  const known = new Map();
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const card = [...known.values()].find(({ plot }) => plot === target);
      if (card) card.isVisible = isIntersecting;
      if (card && isIntersecting) draw(card);
    }
  });
  const resized = () => {
    for (const { chart } of known.values()) chart?.resize();
  };
  /** A chart reads its colours when it is made. */
  const recoloured = () => {
    for (const card of known.values()) {
      card.chart?.destroy();
      card.chart = undefined;
      card.isDrawn = false;
      if (card.isVisible) draw(card);
    }
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  addEventListener("resize", resized);
  dark.addEventListener("change", recoloured);

  /**
   * Each chart has `name`, `title`, `times`, `axis`, `series`, perhaps `spans` with words, and its `current` value:
   * what it is `now`, what is `usual`, or other `words` about it.
   */
  function show(charts, window) {
    for (const chart of charts) {
      const { name, title, series } = chart;
      const card = known.get(name) ?? makeCard(title, seen);
      known.set(name, card);
      card.next = chart;
      card.isDrawn = false;
      showCurrent(card, chart.current);
      const found = chart.anomalies ?? series.marks.length;
      const anomalies = several(found, "anomaly").replace("anomalys", "anomalies");
      const nothing = series.values.length === 0 ? ", no samples in this time" : "";
      setAttribute(card.plot, "aria-label", `${title}, ${window}: ${anomalies}${nothing}`);
      setText(card.nothing, nothing && "No samples in this time.");
      if (card.isVisible) draw(card);
    }
    arrange(
      root,
      charts.map(({ name }) => known.get(name).element),
    );
  }

  function draw(card) {
    if (card.isDrawn || !card.next) return;
    card.isDrawn = true;
    if (card.chart) card.chart.update(card.next);
    else
      card.chart = metricChart(card.plot, {
        ...card.next,
        ...{ height, scale, group },
        onLook: (place) => look(card, place, scale),
        onZoom,
      });
  }

  return {
    show,
    destroy() {
      seen.disconnect();
      removeEventListener("resize", resized);
      dark.removeEventListener("change", recoloured);
      for (const { chart } of known.values()) chart?.destroy();
    },
  };
}

function makeCard(title, seen) {
  const value = h("strong", {});
  const usual = h("span", { class: "muted" });
  const needle = h("span", { class: "needle" });
  const plot = h("div", { class: "plot", role: "img" });
  const nothing = h("p", { class: "nothing", "aria-hidden": "true" });
  const gauge = h("div", { class: "gauge", "aria-hidden": "true" }, h("span", { class: "usual" }), needle);
  const element = h(
    "article",
    { class: "card metric-card" },
    h("h3", {}, breakable(title)),
    h("p", { class: "value" }, value, " ", usual),
    gauge,
    h("div", { class: "plot-frame" }, plot, nothing),
  );
  seen.observe(plot);
  return { element, plot, nothing, value, usual, gauge, needle, isVisible: false, isDrawn: false };
}

function showCurrent(card, current) {
  card.current = current;
  setAttribute(card.element, "data-direction", current?.direction);
  setText(card.value, current ? `${current.now}${{ high: " ↑", low: " ↓" }[current.direction] ?? ""}` : "no value");
  showUsual(card);
  card.gauge.hidden = current?.place === undefined;
  card.needle.style.left = `${100 * (current?.place ?? 0.5)}%`;
}

/** Shows the values under the cursor in place of the usual range, with the spans of time that they are in. */
function look(card, place, scale) {
  const { times, series, spans = [] } = card.next;
  const value = place === undefined ? undefined : series.values[place];
  if (value === undefined || value === null) return showUsual(card);
  const [min, max] = [series.min?.[place] ?? value, series.max?.[place] ?? value];
  const words = min === max ? compact(value) : `mean ${compact(value)}, ${compact(min)} to ${compact(max)}`;
  const [begin, end] = [times[place], times[place + 1] ?? times[place]];
  const within = spans.filter(({ from, to }) => from <= end && to >= begin).map((span) => `; ${span.words}`);
  setText(card.usual, `${words} at ${scale.at(begin)}${within.join("")}`);
}

function showUsual({ usual, current }) {
  setText(usual, current?.words ?? (current?.usual ? `usually ${current.usual}` : ""));
}
