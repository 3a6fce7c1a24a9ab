import { h, setText } from "./dom.js";
import { incidentFeed } from "./incident-card.js";
import { incidentFilter } from "./incident-filter.js";
import { byUrgency, isOpen } from "./incident-order.js";
import { notifyButton } from "./notices.js";
import { olderIncidents } from "./older-incidents.js";
import { silences } from "./silences.js";
import { fleet, subscribe } from "./store.js";
import { count, several } from "./words.js";

/** Cards at first; the button adds as many. On a phone one fills most of the screen. */
const SHOWN = matchMedia("(max-width: 640px)").matches ? 5 : 15;

export function incidentsView(root, { id, ...asked }) {
  const older = olderIncidents();
  let limit = SHOWN;
  const lead = h("p", { class: "lead", role: "status" });
  const feed = incidentFeed();
  const filter = incidentFilter(asked, () => {
    limit = SHOWN;
    update();
  });
  const quiet = silences();
  const empty = h("p", { class: "empty" });
  const more = h("button", { type: "button", class: "more", onclick: showMore }, "Show more");
  const trouble = h("p", { class: "trouble", role: "alert" });
  root.append(
    h("div", { class: "head" }, h("h1", {}, "Incidents"), lead),
    filter.kinds,
    h("div", { class: "tools" }, filter.search, notifyButton()),
    quiet.element,
    h("h2", { class: "unseen" }, "Feed"),
    feed.element,
    empty,
    trouble,
    more,
  );

  /** The most urgent first; the one that the address names before all others. */
  function all() {
    return older.withFleet().sort((a, b) => (b.id === id) - (a.id === id) || byUrgency(a, b));
  }

  async function showMore() {
    limit += SHOWN;
    try {
      if (all().filter(filter.fits).length < limit && !older.isWhole()) await older.readOn();
      update();
    } catch (error) {
      setText(trouble, error.message);
    }
  }

  function emptyWords() {
    if (older.isWhole()) return "No such incidents in the last 30 days.";
    return `None among the ${several(all().length, "incident")} read so far.`;
  }

  function update() {
    if (!fleet.summary) return setText(lead, "Reading the incidents…");
    const wanted = all().filter(filter.fits);
    const shown = wanted.slice(0, limit);
    feed.show(shown);
    const open = all().filter(isOpen);
    setText(
      lead,
      open.length === 0
        ? "Nothing is open."
        : `${several(open.length, "incident")} open, ${open.filter(({ severity }) => severity === "critical").length} critical. Open ones first, then the newest.`,
    );
    setText(empty, shown.length > 0 ? "" : emptyWords());
    const rest = wanted.length - shown.length;
    setText(more, rest > 0 ? `Show more: ${count(rest)} are left` : "Look for older ones");
    more.hidden = rest === 0 && older.isWhole();
  }
  update();
  const end = subscribe((change) => {
    quiet.soon();
    older.take(change);
    if (change.all || change.incidents.size + change.left.size > 0) update();
  });
  return () => {
    end();
    quiet.end();
  };
}
