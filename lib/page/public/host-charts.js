import { keepInAddress } from "./address.js";
import { ask } from "./api.js";
import { createAsker } from "./asker.js";
import { h } from "./dom.js";
import { metricCards } from "./metric-cards.js";
import { searchField, searchOf } from "./search.js";
import { timeWindow } from "./time-window.js";
import { decimal } from "./words.js";

/**
 * The charts of a host over the time that `asked` names and somebody chooses. Each answer about the host also goes to
 * `onView`; errors go into the element `trouble`.
 */
export function hostCharts(host, asked, { onView, trouble }) {
  const window = timeWindow(asked, choose);
  const cards = h("div", { class: "charts" });
  const metrics = metricCards(cards, (from, to) => window.choose({ from: Math.round(from), to: Math.round(to) }));
  let [view, scores] = [];
  let search = searchOf(asked.metric ?? "");

  function askerOf(path, show) {
    return createAsker({
      ask: () => ask(path, { host, ...window.chosen() }),
      everyMs: window.everyMs,
      show,
      trouble,
    });
  }
  /** The server takes a moment to score the samples again: the rest appears before them. */
  const askers = [
    askerOf("host", (next) => {
      view = next;
      window.show(view.axis);
      onView(view);
      draw();
    }),
    askerOf("scores", (next) => {
      scores = next;
      draw();
    }),
  ];

  const field = searchField({
    label: "Search metrics",
    placeholder: "cpu, disk*…  /",
    value: asked.metric,
    onSearch(text) {
      search = searchOf(text);
      keepInAddress({ metric: text });
      draw();
    },
  });

  function choose(chosen) {
    keepInAddress({ window: undefined, from: undefined, to: undefined, ...chosen }, { isStep: true });
    now();
  }

  function draw() {
    if (!view) return;
    metrics.show(
      chartsOf(view, scores).filter(({ title }) => search.fits(title)),
      window.words(),
    );
  }

  function now() {
    for (const asker of askers) asker.now();
  }

  now();
  return {
    element: h("div", {}, window.element, h("div", { class: "tools" }, field), cards),
    /** Somebody has changed something here and waits for it. */
    now,
    /** The host has changed. */
    soon() {
      for (const asker of askers) asker.soon();
    },
    end() {
      for (const asker of askers) asker.end();
      metrics.destroy();
    },
  };
}

/** The score, then the metrics: those that the newest incident is about first. */
function chartsOf({ axis, series, current, card, incidents: [newest] }, scores) {
  const causes = newest?.causes.map(({ metric }) => metric) ?? [];
  const rank = ({ metric }) => (causes.includes(metric) ? causes.indexOf(metric) : causes.length);
  const metrics = [...series.metrics].sort((a, b) => rank(a) - rank(b));
  return [
    ...(scores?.series.metrics ?? []).map((one) => scoreChart(scores, one)),
    ...metrics.map((one) => ({
      ...{ name: one.metric, title: one.metric, axis, times: series.times, series: one },
      current: current.find(({ metric }) => metric === one.metric),
    })),
  ].map((chart) => (card.status === "silent" ? lastKnown(chart) : chart));
}

/** A silent host may have other values now than the last ones that it sent. */
function lastKnown({ current, ...chart }) {
  return { ...chart, current: current && { ...current, now: `last ${current.now}` } };
}

function scoreChart({ axis, series: { times }, cut }, series) {
  const newest = series.values.findLast((value) => value !== null);
  const usual = `below 1, the alert limit ε${cut ? "; there were more samples than are scored at once" : ""}`;
  const current = newest === undefined ? undefined : { now: `${decimal(newest, 2)} × limit`, usual };
  // No metric has a name with a blank at its end.
  return { name: "score ", title: "Score", isLogarithmic: true, axis, times, series, current };
}
