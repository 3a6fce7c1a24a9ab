import { keepInAddress } from "./address.js";
import { h, setText, table, viewLink, withCode } from "./dom.js";
import { openIncidents } from "./incident-order.js";
import { LEVELS } from "./levels.js";
import { searchField } from "./search.js";
import { fleet, subscribe } from "./store.js";
import { tileGrid } from "./tiles.js";
import { troubleLines } from "./trouble-lines.js";
import { compact, count, decimal, moment, seconds, several, timeAgo, timeSince } from "./words.js";

/** Says how to send, by the commands that work for the people of this server. */
const FIRST_STEP = document.querySelector('meta[name="first-step"]')?.content ?? "";

export function fleetView(root, { filter: asked = "" }) {
  const title = h("h1", {}, "Fleet");
  const lead = h("p", { class: "lead" }, "Reading the fleet…");
  const stats = h("dl", { class: "stats" });
  const shown = h("span", { class: "muted", role: "status" });
  const grid = tileGrid(({ visible, all, isFiltered }) =>
    setText(shown, isFiltered ? `${count(visible)} of ${several(all, "host")}` : ""),
  );
  const search = searchField({
    label: "Search",
    placeholder: "web-*, db, cpu, silent…  /",
    value: asked,
    onSearch(text) {
      grid.filter(text);
      keepInAddress({ filter: text });
    },
  });
  const groups = h("div", {});
  const wrong = troubleLines();
  const body = h(
    "div",
    {},
    stats,
    h("div", { class: "tools" }, search, shown, legend()),
    grid.element,
    grid.more,
    h("section", { class: "card" }, h("h2", {}, "Groups"), groups),
  );
  root.append(h("div", { class: "head" }, title, lead), wrong.element, body);
  function update({ all, hosts }) {
    if (!fleet.summary) return;
    showSummary(title, lead, stats, groups);
    // Before the first host there is nothing to count, to search or to explain.
    body.hidden = fleet.summary.hosts === 0;
    wrong.update();
    grid.touch(all ? new Set([...grid.hosts(), ...fleet.cards.keys()]) : hosts);
  }
  update({ all: true, hosts: [] });
  if (asked) grid.filter(asked);
  const end = subscribe(update);
  return () => {
    grid.end();
    end();
  };
}

function legend() {
  const entries = Object.entries(LEVELS).map(([level, [glyph, words]]) =>
    h("li", { "data-level": level }, h("span", { class: "glyph", "aria-hidden": "true" }, glyph), ` ${words}`),
  );
  return h("ul", { class: "legend", "aria-label": "What the signs mean" }, entries, h("li", {}, "~ provisional"));
}

/** Kinds of hosts that most fleets do not have: a number that is 0 would only take room. */
const RARE = [
  ["unjudged", "not judged"],
  ["learning", "learning"],
  ["provisional", "provisional"],
  ["off", "usually off now"],
  ["retired", "retired"],
];

function showSummary(title, lead, stats, groups) {
  const { summary } = fleet;
  const troubled = summary.incidents + summary.silent;
  setText(
    title,
    summary.hosts === 0 ? "No hosts yet" : troubled === 0 ? "All calm" : `${several(troubled, "host")} in trouble`,
  );
  if (summary.hosts === 0) lead.replaceChildren("Nothing has been sent so far. ", ...withCode(FIRST_STEP));
  else setText(lead, leadOf(summary));
  const rows = [
    ["hosts", count(summary.hosts)],
    ["in incident", count(summary.incidents), summary.incidents > 0 && "critical"],
    ["silent", count(summary.silent), summary.silent > 0 && "silent"],
    ["above epsilon", count(summary.anomalies), summary.anomalies > 0 && "anomaly"],
    ...RARE.flatMap(([name, words]) =>
      summary[name] > 0 ? [[words, count(summary[name]), name === "unjudged" && name]] : [],
    ),
    ["samples seen", compact(summary.samples)],
    ["anomalies so far", compact(summary.flagged)],
    ["last record", summary.latest > 0 ? timeAgo(summary.latest) : "never"],
    ...latencyRows(summary.latency),
    ...(summary.started ? [["running for", timeSince(summary.started)]] : []),
  ];
  stats.replaceChildren(
    ...rows.map(([name, value, level]) => h("div", { "data-level": level }, h("dt", {}, name), h("dd", {}, value))),
  );
  showGroups(groups, summary.groups);
}

/** From the sample that opened an incident to its message, if that went at once. */
function latencyRows(latency) {
  if (!latency) return [];
  return [[`sample to message (median); 95 % within ${seconds(latency.p95Ms)}`, seconds(latency.medianMs)]];
}

function leadOf({ hosts, incidents, silent, learning, unjudged }) {
  if (incidents + silent === 0)
    return learning === hosts
      ? "Every host is still learning what is normal."
      : `${several(hosts - learning - unjudged, "host")} behave as they usually do.`;
  const open = openIncidents();
  const critical = open.filter(({ severity }) => severity === "critical").length;
  return `${several(open.length, "incident")}, ${count(critical)} critical. The other ${several(hosts - incidents - silent, "host")} are in no incident.`;
}

function showGroups(element, groups) {
  const key = JSON.stringify(groups);
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  const columns = ["Group", "Hosts", "In trouble", "Epsilon in force", "Last refit"];
  const rows = groups.map(({ group, hosts, troubled, epsilon, refitted }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, viewLink("threshold", { group }, group)),
      h("td", {}, count(hosts)),
      h("td", {}, count(troubled)),
      h("td", {}, epsilon ? [...new Set(epsilon.map((one) => decimal(one)))].join(" to ") : "learning"),
      h("td", {}, refitted ? moment(refitted) : "not yet"),
    ),
  );
  element.replaceChildren(table("Groups", columns, rows));
}
