import { ask } from "./api.js";
import { choice, h, setText } from "./dom.js";
import { incidentFeed } from "./incident-card.js";
import { fleet, subscribe } from "./store.js";
import { several } from "./words.js";

/** A fleet incident stands for those of its hosts; only the last filter shows theirs. */
const FILTERS = [
  [({ fleet: of }) => !of, "All"],
  [isOpen, "Open"],
  [({ fleet: of, severity }) => !of && severity === "critical", "Critical"],
  [({ fleet: of, label }) => !of && !label, "Not labelled"],
  [({ fleet: of }) => of !== undefined, "Hosts of fleet incidents"],
];
function isOpen({ fleet: of, resolved }) {
  return !of && resolved === undefined;
}

/** Cards at first; the button adds as many. */
const SHOWN = 15;

export function incidentsView(root) {
  /** Incidents that the server's events leave out. */
  const older = new Map();
  let limit = SHOWN;
  let [[chosen]] = FILTERS;
  const lead = h("p", { class: "lead", role: "status" });
  const feed = incidentFeed();
  const empty = h("p", { class: "empty" });
  const more = h("button", { type: "button", class: "more", onclick: showMore }, "Show more");
  const trouble = h("p", { class: "trouble", role: "alert" });
  root.append(
    h("div", { class: "head" }, h("h1", {}, "Incidents"), lead),
    choice("Which incidents", FILTERS, chosen, choose),
    h("h2", { class: "unseen" }, "Feed"),
    feed.element,
    empty,
    trouble,
    more,
  );

  function choose(filter) {
    chosen = filter;
    limit = SHOWN;
    update();
  }

  function all() {
    return [...new Map([...older, ...fleet.incidents]).values()].sort((a, b) => b.opened - a.opened);
  }

  async function showMore() {
    limit += SHOWN;
    const known = all();
    try {
      if (known.filter(chosen).length < limit && known.length > 0) {
        const { incidents } = await ask("incidents", { before: known.at(-1).opened });
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
        : `${several(open.length, "incident")} open, ${open.filter(({ severity }) => severity === "critical").length} critical. Newest first.`,
    );
    setText(empty, shown.length > 0 ? "" : "No incidents of that kind in the last 30 days.");
    more.hidden = wanted.length <= limit && fleet.incidents.size < 100;
  }
  update();
  return subscribe(({ all: whole, incidents }) => (whole || incidents.size > 0 ? update() : undefined));
}
