import { h, refill, viewLink } from "./dom.js";
import { openIncidents } from "./incident-order.js";
import { now } from "./store.js";
import { duration, moment, several } from "./words.js";

/** More are behind a link. */
const LINES = 5;
const SIGNS = { critical: "▲ Critical", warning: "△ Warning" };

/** One line for each open incident, the most urgent first: a group's has one for all its hosts. */
export function troubleLines() {
  const list = h("ul", { class: "lines" });
  const rest = h("p", {});
  const element = h("section", { class: "card trouble-lines", hidden: true }, h("h2", {}, "What is wrong"), list, rest);
  return {
    element,
    update() {
      const open = openIncidents();
      element.hidden = open.length === 0;
      const text = JSON.stringify(open);
      if (list.dataset.shown === text) return;
      list.dataset.shown = text;
      refill(list, open.slice(0, LINES).map(line));
      const more = `and ${open.length - LINES} more`;
      refill(rest, open.length > LINES ? [viewLink("incidents", { show: "open" }, more)] : []);
    },
  };
}

function line(incident) {
  const { kind, host, severity, opened, acknowledged, id } = incident;
  const subject = subjectOf(incident);
  const link =
    kind === "fleet" ? viewLink("incidents", { show: "open", id }, subject) : viewLink("host", { host }, subject);
  return h(
    "li",
    { "data-level": severity },
    h("span", { class: "glyph" }, SIGNS[severity]),
    h("strong", {}, link),
    h("span", {}, whyOf(incident)),
    h(
      "span",
      { class: "muted" },
      `since ${moment(opened)}, for `,
      h("span", { "data-since": opened }, duration(now() - opened)),
      acknowledged ? `, ${acknowledged.by} is on it` : "",
    ),
  );
}

/** `web-07`, or `Group db: 50 of 60 hosts`. */
export function subjectOf({ kind, host, group, extent }) {
  if (kind !== "fleet") return host;
  return `${group === "*" ? "All groups" : `Group ${group}`}: ${extent.affected} of ${several(extent.total, "host")}`;
}

/** Its silence, its rules, or its first cause. */
export function whyOf({ kind, causes: [first], rules, extent }) {
  if (kind === "silent") return "sends nothing";
  if (rules.length > 0) return rules.map(({ rule }) => rule).join("; ");
  if (first) return `${first.metric} ${first.direction}: ${first.now}, usually ${first.usual}`;
  return extent?.silent > 0 ? `${extent.silent} silent` : "is not itself";
}
