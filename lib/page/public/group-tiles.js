import { h, setAttribute, setText } from "./dom.js";
import { openIncidents } from "./incident-order.js";
import { LEVELS, rankOf } from "./levels.js";
import { subjectOf, whyOf } from "./trouble-lines.js";
import { several } from "./words.js";

/** Names of the worst hosts on the tile. */
const NAMED = 3;

/** A tile for each group's incident: a button that unfolds its hosts' tiles. Calls `onFold` when one is pressed. */
export function groupTiles(onFold) {
  const known = new Map();
  const unfolded = new Set();

  function press(id) {
    if (!unfolded.delete(id)) unfolded.add(id);
    onFold();
  }

  return {
    /** Takes the tiles of all hosts; true when other tiles than before have a group's. */
    update(tiles) {
      const before = JSON.stringify([...known].map(([id, { parts }]) => [id, parts]));
      const parts = byFleet(tiles);
      const fleets = openIncidents().filter(({ kind, id }) => kind === "fleet" && parts.has(id));
      for (const id of known.keys()) if (!fleets.some((fleet) => fleet.id === id)) known.delete(id);
      for (const fleet of fleets) {
        const tile = known.get(fleet.id) ?? makeTile(() => press(fleet.id));
        known.set(fleet.id, tile);
        const members = parts.get(fleet.id).sort((a, b) => (a.place < b.place ? -1 : 1));
        show(
          tile,
          fleet,
          members.map(({ host }) => host),
          unfolded.has(fleet.id),
        );
      }
      return JSON.stringify([...known].map(([id, { parts }]) => [id, parts])) !== before;
    },
    all: () => [...known.values()],
    isFolded: ({ fleet }) => known.has(fleet) && !unfolded.has(fleet),
    /** The hosts of a group's incident follow its tile. */
    placeOf: (tile) => (known.has(tile.fleet) ? `${known.get(tile.fleet).place} ${tile.place}` : tile.place),
  };
}

function byFleet(tiles) {
  const found = new Map();
  for (const tile of tiles) {
    if (!found.has(tile.fleet)) found.set(tile.fleet, []);
    found.get(tile.fleet).push(tile);
  }
  return found;
}

function makeTile(onclick) {
  const [glyph, subject, cause, fold] = ["span", "strong", "span", "span"].map((tag) => h(tag, {}));
  glyph.className = "glyph";
  glyph.setAttribute("aria-hidden", "true");
  cause.className = "cause";
  fold.className = "fold";
  const button = h(
    "button",
    { type: "button", class: "tile", tabindex: -1, onclick },
    h("span", { class: "top" }, glyph, " ", subject),
    cause,
    fold,
  );
  return { element: h("li", { class: "group-tile" }, button), button, glyph, subject, cause, fold, parts: [] };
}

function show(tile, incident, hosts, isUnfolded) {
  const { severity } = incident;
  tile.parts = hosts;
  tile.place = `${rankOf(severity)} 00 !${incident.id}`;
  setAttribute(tile.button, "data-level", severity);
  setAttribute(tile.button, "aria-expanded", String(isUnfolded));
  setText(tile.glyph, LEVELS[severity][0]);
  setText(tile.subject, `${severity === "critical" ? "Critical" : "Warning"}: ${subjectOf(incident)}`);
  setText(tile.cause, whyOf(incident));
  const more = hosts.length - NAMED;
  const named = `${hosts.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  setText(tile.fold, isUnfolded ? `▾ Hide ${several(hosts.length, "host")}` : `▸ ${named}`);
}
