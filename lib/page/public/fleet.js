import { keepInAddress } from "./address.js";
import { h, refill, setText, table, viewLink, withCode } from "./dom.js";
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
  setText(title, titleOf(summary));
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

/** Calm is what something judges: a fleet that only learns, or is off, is not. */
function titleOf({ hosts, incidents, silent, unjudged, learning, calm, anomalies }) {
  if (hosts === 0) return "No hosts yet";
  if (incidents + silent > 0) return `${several(incidents + silent, "host")} in trouble`;
  if (unjudged > 0) return `${several(unjudged, "host")} not judged`;
  if (calm + anomalies > 0) return "All calm";
  return learning > 0 ? "Still learning" : "No host is on";
}

function leadOf(summary) {
  const { incidents, silent, unjudged } = summary;
  const sentences = incidents + silent > 0 ? troubleOf(summary) : calmOf(summary);
  if (unjudged > 0) sentences.push(`Fleetwarden cannot judge ${several(unjudged, "host")}.`);
  return sentences.filter(Boolean).join(" ");
}

function troubleOf({ hosts, incidents, silent, off, retired }) {
  const open = openIncidents();
  const critical = open.filter(({ severity }) => severity === "critical").length;
  const others = hosts - incidents - silent - off - retired;
  return [
    `${several(open.length, "incident")}, ${count(critical)} critical.`,
    others === 1 && "The other host is in no incident.",
    others > 1 && `The other ${count(others)} hosts are in no incident.`,
  ];
}

function calmOf({ learning, unjudged, calm, anomalies }) {
  if (calm + anomalies + unjudged === 0)
    return [
      learning > 0
        ? "Every host that is on is still learning what is normal."
        : "Every host is usually off now or retired.",
    ];
  return [
    calm === 1 && "1 host behaves as it usually does.",
    calm > 1 && `${count(calm)} hosts behave as they usually do.`,
    anomalies > 0 && `${several(anomalies, "host")} ${anomalies === 1 ? "is" : "are"} above epsilon.`,
  ];
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
  refill(element, [table("Groups", columns, rows)]);
}
