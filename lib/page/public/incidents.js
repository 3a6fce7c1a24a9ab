import { keepInAddress } from "./address.js";
import { ask } from "./api.js";
import { choice, h, setText } from "./dom.js";
import { incidentFeed } from "./incident-card.js";
import { byUrgency, isOpen, isPart } from "./incident-order.js";
import { fleet, subscribe } from "./store.js";
import { count, several } from "./words.js";

/** By their name in the address. A group's incident stands for its hosts' own; only the last filter shows these. */
const FILTERS = {
  all: [(incident) => !isPart(incident), "All"],
  open: [isOpen, "Open"],
  critical: [(incident) => !isPart(incident) && incident.severity === "critical", "Critical"],
  unlabelled: [(incident) => !isPart(incident) && !incident.label, "Not labelled"],
  parts: [isPart, "Hosts of group incidents"],
};

/** Cards at first; the button adds as many. */
const SHOWN = 15;

export function incidentsView(root, { show: asked, id }) {
  /** Incidents that the server's events leave out. */
  const older = new Map();
  let limit = SHOWN;
  let name = asked in FILTERS ? asked : "all";
  const lead = h("p", { class: "lead", role: "status" });
  const feed = incidentFeed();
  const empty = h("p", { class: "empty" });
  const more = h("button", { type: "button", class: "more", onclick: showMore }, "Show more");
  const trouble = h("p", { class: "trouble", role: "alert" });
  root.append(
    h("div", { class: "head" }, h("h1", {}, "Incidents"), lead),
    choice(
      "Which incidents",
      Object.entries(FILTERS).map(([value, [, words]]) => [value, words]),
      name,
      choose,
    ),
    h("h2", { class: "unseen" }, "Feed"),
    feed.element,
    empty,
    trouble,
    more,
  );

  function choose(filter) {
    name = filter;
    limit = SHOWN;
    keepInAddress({ show: name === "all" ? undefined : name, id: undefined });
    update();
  }

  /** The most urgent first; the one that the address names before all others. */
  function all() {
    const known = [...new Map([...older, ...fleet.incidents]).values()];
    return known.sort((a, b) => (b.id === id) - (a.id === id) || byUrgency(a, b));
  }

  function chosen(incident) {
    return FILTERS[name][0](incident);
  }

  async function showMore() {
    limit += SHOWN;
    const known = all();
    try {
      if (known.filter(chosen).length < limit && known.length > 0) {
        const { incidents } = await ask("incidents", { before: Math.min(...known.map(({ opened }) => opened)) });
        for (const incident of incidents) older.set(incident.key, incident);
        if (incidents.length === 0) more.disabled = true;
      }
      update();
    } catch (error) {
      setText(trouble, error.message);
    }
  }

  function update() {
    const wanted = all().filter(chosen);
    const shown = wanted.slice(0, limit);
    feed.show(shown);
    const open = all().filter(isOpen);
    setText(
      lead,
      open.length === 0
        ? "Nothing is open."
        : `${several(open.length, "incident")} open, ${open.filter(({ severity }) => severity === "critical").length} critical. Open ones first, then the newest.`,
    );
    setText(empty, shown.length > 0 ? "" : "No incidents of that kind in the last 30 days.");
    const rest = wanted.length - shown.length;
    setText(more, rest > 0 ? `Show more: ${count(rest)} are left` : "Look for older ones");
    more.hidden = rest === 0 && fleet.incidents.size < 100;
  }
  update();
  return subscribe(({ all: whole, incidents }) => (whole || incidents.size > 0 ? update() : undefined));
}
