import { ask } from "./api.js";
import { arrange, h, setText, withFocused } from "./dom.js";
import { incidentCard } from "./incident-card.js";
import { fleet, subscribe } from "./store.js";
import { several } from "./words.js";

/** A fleet's incident stands for those of its hosts; they are shown where they are asked for. */
const FILTERS = [
  ["All", ({ fleet: of }) => !of],
  ["Open", ({ fleet: of, resolved }) => !of && resolved === undefined],
  ["Critical", ({ fleet: of, severity }) => !of && severity === "critical"],
  ["Not labelled", ({ fleet: of, label }) => !of && !label],
  ["Hosts of fleet incidents", ({ fleet: of }) => of !== undefined],
];
/** Cards at first; more come with the button. */
const SHOWN = 15;

export function incidentsView(root) {
  const cards = new Map();
  /** Older ones than the server tells of by itself. */
  const older = new Map();
  let limit = SHOWN;
  let chosen = FILTERS[0];
  const title = h("h1", {}, "Incidents");
  const lead = h("p", { class: "lead", role: "status" });
  const buttons = FILTERS.map((filter) =>
    h(
      "button",
      { type: "button", "aria-pressed": String(filter === chosen), onclick: () => choose(filter) },
      filter[0],
    ),
  );
  const list = h("div", { class: "feed" });
  const empty = h("p", { class: "empty" });
  const more = h("button", { type: "button", class: "more", onclick: showMore }, "Show more");
  const trouble = h("p", { class: "trouble", role: "alert" });
  root.append(
    h("div", { class: "head" }, title, lead),
    h("div", { class: "tools", role: "group", "aria-label": "Which incidents" }, buttons),
    h("h2", { class: "unseen" }, "Feed"),
    list,
    empty,
    trouble,
    more,
  );

  function choose(filter) {
    chosen = filter;
    limit = SHOWN;
    for (const [i, button] of buttons.entries()) button.setAttribute("aria-pressed", String(FILTERS[i] === filter));
    update();
  }

  function all() {
    return [...new Map([...older, ...fleet.incidents]).values()].sort((a, b) => b.opened - a.opened);
  }

  async function showMore() {
    limit += SHOWN;
    const known = all();
    try {
      if (known.filter(chosen[1]).length < limit && known.length > 0) {
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
    const wanted = all().filter(chosen[1]);
    const shown = wanted.slice(0, limit);
    for (const incident of shown) {
      const card = cards.get(incident.key);
      if (card) card.update(incident);
      else cards.set(incident.key, incidentCard(incident));
    }
    const elements = shown.map(({ key }) => cards.get(key).element);
    arrange(list, withFocused(list, elements));
    const open = all().filter(FILTERS[1][1]);
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
