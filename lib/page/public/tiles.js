import { arrowKeys } from "./arrow-keys.js";
import { arrange, h, setAttribute, setText, viewLink } from "./dom.js";
import { groupTiles } from "./group-tiles.js";
import { LEVELS, levelOf, rankOf } from "./levels.js";
import { scoreInBrief, shareOf } from "./score-words.js";
import { searchOf } from "./search.js";
import { fleet, now } from "./store.js";
import { duration, moment } from "./words.js";

/** With more hosts the tiles are small. */
const ROOMY_MAX = 80;
/** Tiles on a phone, besides those of hosts that are not calm; style.css hides the rest until somebody asks. */
const PHONE_TILES = 30;

/** Milliseconds of each frame for changing tiles; the other tiles wait for the next frame. */
const FRAME_MS = 6;

/**
 * The hosts as tiles, worst first; one tile stands for the hosts of a group's incident until somebody unfolds it.
 * Changes appear frame by frame, so that the page stays responsive.
 */
export function tileGrid(onShown) {
  const element = h("ul", { class: "grid", "aria-label": "Hosts, worst first; the arrow keys move between them" });
  const tiles = new Map();
  const groups = groupTiles(() => settle());
  const waiting = new Set();
  let isMoved = false;
  let search = searchOf("");
  const keys = arrowKeys(element, ".tile");
  const more = h("button", { type: "button", class: "more phone", "aria-expanded": "false", onclick: unfold });
  let frame;

  function unfold() {
    const isWhole = element.classList.toggle("whole");
    more.setAttribute("aria-expanded", String(isWhole));
    settle();
  }

  function work() {
    frame = undefined;
    performance.mark("tiles");
    const until = performance.now() + FRAME_MS;
    for (const host of waiting) {
      waiting.delete(host);
      isMoved = updateTile(tiles, host) || isMoved;
      if (performance.now() > until) break;
    }
    if (waiting.size > 0) frame = requestAnimationFrame(work);
    else settle();
    performance.measure("live update", "tiles");
  }

  /** Sorts and filters, once all tiles are up to date. A filter shows the hosts of a group's incident one by one. */
  function settle() {
    const isFiltered = !search.isEmpty;
    isMoved = groups.update(isFiltered ? [] : tiles.values()) || isMoved;
    if (isMoved) {
      isMoved = false;
      element.classList.toggle("dense", tiles.size > ROOMY_MAX);
      const wanted = [...groups.all(), ...tiles.values()].sort((a, b) =>
        groups.placeOf(a) < groups.placeOf(b) ? -1 : 1,
      );
      arrange(
        element,
        wanted.map((tile) => tile.element),
      );
    }
    let visible = 0;
    let shown = groups.all().length;
    for (const tile of tiles.values()) {
      const fits = search.fits(tile.text);
      const isShown = fits && !groups.isFolded(tile);
      if (fits) visible++;
      if (isShown) shown++;
      tile.element.toggleAttribute("hidden", !isShown);
    }
    more.hidden = shown <= PHONE_TILES;
    setText(more, element.classList.contains("whole") ? "Show fewer calm hosts" : "Show all calm hosts");
    keys.refresh();
    onShown({ visible, all: tiles.size, isFiltered });
  }

  return {
    element,
    more,
    /** Shows hosts that have changed, or are new or gone. */
    touch(hosts) {
      for (const host of hosts) waiting.add(host);
      if (frame === undefined) work();
    },
    /** Shows only the hosts whose name, group, state, incident or causes have every word. */
    filter(text) {
      search = searchOf(text);
      settle();
    },
    hosts: () => [...tiles.keys()],
    end: () => cancelAnimationFrame(frame),
  };
}

/** Makes, changes or removes the tile of a host; true when its place among the others may change. */
function updateTile(tiles, host) {
  const card = fleet.cards.get(host);
  if (!card) return tiles.delete(host);
  const tile = tiles.get(host) ?? makeTile(host);
  tiles.set(host, tile);
  const level = levelOf(card);
  const [glyph, words] = LEVELS[level];
  const { incident, provisional } = card;
  const cause = incident?.cause ?? "";
  setAttribute(tile.link, "data-level", level);
  setText(tile.glyph, glyph);
  setAttribute(tile.glyph, "aria-label", `${words}${provisional ? ", provisional" : ""}: `);
  setText(tile.group, card.group);
  setText(tile.cause, cause);
  tile.element.toggleAttribute("data-wide", cause !== "");
  showReading(tile.reading, card);
  showShare(tile, card);
  tile.host = host;
  tile.fleet = incident?.fleet;
  tile.text = `${host} ${card.group} ${words} ${provisional ? "provisional" : ""} ${incident?.id ?? ""} ${incident?.fleet ?? ""} ${cause} ${incident?.metrics.join(" ") ?? ""} ${card.clock ? "clock" : ""}`;
  const before = tile.place;
  tile.place = placeOf(card, level);
  return tile.place !== before;
}

function makeTile(host) {
  const [glyph, group, reading, cause] = ["glyph", "group", "reading", "cause"].map((name) =>
    h("span", { class: name, role: name === "glyph" && "img" }),
  );
  const top = h("span", { class: "top" }, glyph, " ", h("strong", {}, host));
  const link = viewLink("host", { host }, [top, group, reading, cause]);
  link.className = "tile";
  link.tabIndex = -1;
  link.title = host;
  return { element: h("li", {}, link), link, glyph, group, reading, cause };
}

function showReading(element, { status, score, epsilon, learnt, provisional, arrived }) {
  const isAway = ["silent", "off", "retired"].includes(status);
  setAttribute(element, "data-since", isAway ? String(arrived) : undefined);
  setAttribute(element, "data-suffix", isAway ? " ago" : undefined);
  const words = isAway
    ? `${duration(now() - arrived)} ago`
    : learnt
      ? `${learnt.samples}/${learnt.needed}${learnt.until ? ` till ${moment(learnt.until)}` : ""}`
      : status === "unjudged"
        ? "not judged"
        : `${scoreInBrief({ score, epsilon })}${provisional ? " ~" : ""}`;
  setText(element, words);
}

/** The bar at the foot of a tile, in steps of a twentieth, so that it seldom changes. */
function showShare(tile, card) {
  const share = card.status === "silent" || card.score === undefined ? 0 : Math.round(20 * shareOf(card)) * 5;
  if (tile.share === share) return;
  tile.share = share;
  tile.link.style.setProperty("--share", `${share}%`);
}

/** A key that sorts worst first, coarsely by badness, and calm hosts by name, so that tiles seldom move. */
function placeOf({ host, score = 0, epsilon = 1 }, level) {
  const badness =
    rankOf(level) < rankOf("near") ? 99 - Math.min(Math.floor(4 * Math.log2(1 + score / epsilon)), 99) : 0;
  return `${rankOf(level)} ${String(badness).padStart(2, "0")} ${host}`;
}
