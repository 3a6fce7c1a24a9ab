import { metricChart } from "./chart.js";
import { arrange, h, setAttribute, setText } from "./dom.js";
import { breakable, compact, exactTime, several } from "./words.js";

const CHART_HEIGHT = 130;

/** A chart for each metric with its current value. Charts out of sight are drawn when they come into view. */
export function metricCards(root) {
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

  function show({ series, current, incidents }, window) {
    const causes = incidents[0]?.causes.map(({ metric }) => metric) ?? [];
    const rank = ({ metric }) => (causes.includes(metric) ? causes.indexOf(metric) : causes.length);
    const ordered = [...series.metrics].sort((a, b) => rank(a) - rank(b));
    for (const one of ordered) {
      const card = known.get(one.metric) ?? makeCard(one.metric, seen);
      known.set(one.metric, card);
      card.next = { times: series.times, series: one };
      card.isDrawn = false;
      showCurrent(
        card,
        current.find(({ metric }) => metric === one.metric),
      );
      setAttribute(
        card.plot,
        "aria-label",
        `${one.metric}, ${window}: ${several(one.marks.length, "anomaly").replace("anomalys", "anomalies")}`,
      );
      if (card.isVisible) draw(card);
    }
    arrange(
      root,
      ordered.map(({ metric }) => known.get(metric).element),
    );
  }

  function draw(card) {
    if (card.isDrawn || !card.next) return;
    card.isDrawn = true;
    const { times, series } = card.next;
    if (card.chart) card.chart.update(times, series);
    else
      card.chart = metricChart(card.plot, {
        times,
        series,
        height: CHART_HEIGHT,
        onLook: (place) => look(card, place),
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

function makeCard(metric, seen) {
  const value = h("strong", {});
  const usual = h("span", { class: "muted" });
  const needle = h("span", { class: "needle" });
  const plot = h("div", { class: "plot", role: "img" });
  const gauge = h("div", { class: "gauge", "aria-hidden": "true" }, h("span", { class: "usual" }), needle);
  const element = h(
    "article",
    { class: "card metric-card" },
    h("h3", {}, breakable(metric)),
    h("p", { class: "value" }, value, " ", usual),
    gauge,
    plot,
  );
  seen.observe(plot);
  return { element, plot, value, usual, gauge, needle, isVisible: false, isDrawn: false };
}

function showCurrent(card, current) {
  card.current = current;
  setAttribute(card.element, "data-direction", current?.direction);
  setText(card.value, current ? `${current.now}${{ high: " ↑", low: " ↓" }[current.direction] ?? ""}` : "no value");
  showUsual(card);
  card.gauge.hidden = current?.place === undefined;
  card.needle.style.left = `${100 * (current?.place ?? 0.5)}%`;
}

/** Shows the value under the cursor in place of the usual range. */
function look(card, place) {
  const value = place === undefined ? undefined : card.next.series.values[place];
  if (value === undefined || value === null) showUsual(card);
  else setText(card.usual, `${compact(value)} at ${exactTime(card.next.times[place])}`);
}

function showUsual({ usual, current }) {
  setText(usual, current?.usual ? `usually ${current.usual}` : "");
}
