import { arrange, h } from "./dom.js";
import { fleet, now } from "./store.js";
import { decimal, duration } from "./words.js";

/** Glyph and words of each level, worst first: colour is never the only sign. */
export const LEVELS = {
  critical: ["▲", "critical incident"],
  warning: ["△", "incident"],
  silent: ["◼", "silent"],
  anomaly: ["◆", "above epsilon"],
  near: ["◐", "near epsilon"],
  normal: ["●", "normal"],
  learning: ["○", "learning"],
  retired: ["–", "retired"],
};
const RANKS = Object.keys(LEVELS);
/** From this share of epsilon on a host is near it: there an incident's end is decided, too. */
const NEAR = 0.8;
/** More hosts than this are shown by small tiles. */
const ROOMY_MAX = 80;

export function levelOf({ status, severity, score, epsilon }) {
  if (status === "incident") return severity;
  if (status !== "normal") return status;
  return score > NEAR * epsilon ? "near" : "normal";
}

/** Of one frame, in milliseconds, for changing tiles: the rest of them wait for the next. */
const FRAME_MS = 6;

/** The hosts as tiles, worst first. What changes is shown frame by frame, so that the page answers meanwhile. */
export function tileGrid(onShown) {
  const element = h("ul", { class: "grid", "aria-label": "Hosts, worst first" });
  const tiles = new Map();
  const waiting = new Set();
  let order = [];
  let isMoved = false;
  let words = [];
  let frame;

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

  /** Once all are up to date: where each belongs, and which are shown. */
  function settle() {
    if (isMoved) {
      isMoved = false;
      element.classList.toggle("dense", tiles.size > ROOMY_MAX);
      const wanted = [...tiles.values()].sort(byPlace);
      if (wanted.length !== order.length || wanted.some((tile, i) => tile !== order[i]))
        arrange(
          element,
          wanted.map((tile) => tile.element),
        );
      order = wanted;
    }
    let visible = 0;
    for (const tile of order) {
      const fits = words.every((word) => word.test(tile.text));
      if (fits) visible++;
      if (tile.isHidden === fits) tile.element.hidden = tile.isHidden = !fits;
    }
    onShown({ visible, all: order.length, isFiltered: words.length > 0 });
  }

  return {
    element,
    /** These hosts have changed, or are new, or gone. */
    touch(hosts) {
      for (const host of hosts) waiting.add(host);
      if (frame === undefined) work();
    },
    /** Shows those hosts only in which every word occurs; `*` stands for anything. */
    filter(text) {
      words = text.toLowerCase().split(/\s+/).filter(Boolean).map(patternOf);
      settle();
    },
    hosts: () => [...tiles.keys()],
    end: () => cancelAnimationFrame(frame),
  };
}

/** Makes, changes or removes the tile of a host; true when its place among the others may be another one. */
function updateTile(tiles, host) {
  const card = fleet.cards.get(host);
  const known = tiles.get(host);
  if (!card) return tiles.delete(host);
  const tile = known ?? makeTile(host);
  tiles.set(host, tile);
  const level = levelOf(card);
  const [glyph, words] = LEVELS[level];
  const { incident, provisional } = card;
  // Compared here and not in the document, where reading is slow.
  if (write(tile, "level", level)) {
    tile.link.dataset.level = level;
    tile.glyph.data = glyph;
  }
  if (write(tile, "said", `${words}${provisional ? ", provisional" : ""}: `))
    tile.glyphElement.setAttribute("aria-label", tile.said);
  if (write(tile, "ofGroup", card.group)) tile.group.data = card.group;
  if (write(tile, "because", incident ? (incident.fleet ? "part of a fleet incident" : (incident.cause ?? "")) : ""))
    showCause(tile);
  showReading(tile, card);
  tile.text =
    `${host} ${card.group} ${words} ${provisional ? "provisional" : ""} ${incident?.id ?? ""} ${card.clock ? "clock" : ""}`.toLowerCase();
  return write(tile, "place", placeOf(card, level));
}

function showCause({ element, cause, because }) {
  cause.data = because;
  element.toggleAttribute("data-wide", because !== "");
}

/** True when the tile had another value. */
function write(tile, name, value) {
  if (tile[name] === value) return false;
  tile[name] = value;
  return true;
}

function makeTile(host) {
  const [glyph, group, cause, reading] = Array.from({ length: 4 }, () => document.createTextNode(""));
  const glyphElement = h("span", { class: "glyph", role: "img" }, glyph);
  const readingElement = h("span", { class: "reading" }, reading);
  const link = h(
    "a",
    { href: `#/host?${new URLSearchParams({ host })}`, class: "tile", title: host },
    h("span", { class: "top" }, glyphElement, " ", h("strong", {}, host)),
    h("span", { class: "group" }, group),
    readingElement,
    h("span", { class: "cause" }, cause),
  );
  return {
    element: h("li", {}, link),
    link,
    host,
    glyph,
    glyphElement,
    group,
    cause,
    reading,
    readingElement,
    isHidden: false,
  };
}

function showReading(tile, { status, score, epsilon, learnt, provisional, arrived }) {
  const isAway = status === "silent" || status === "retired";
  if (write(tile, "since", isAway ? arrived : undefined)) {
    if (isAway) Object.assign(tile.readingElement.dataset, { since: arrived, suffix: " ago" });
    else delete tile.readingElement.dataset.since;
  }
  const words = isAway
    ? `${duration(now() - arrived)} ago`
    : learnt
      ? `${learnt.samples}/${learnt.needed}`
      : `${decimal(score / epsilon, 2)} × ε${provisional ? " ~" : ""}`;
  if (write(tile, "read", words)) tile.reading.data = words;
}

/**
 * Sorts worst first, but calm hosts among themselves by name, so that they stand still. What is bad is sorted by how
 * bad it is, coarsely, for the same reason.
 */
export function placeOf({ host, score = 0, epsilon = 1 }, level) {
  const badness =
    RANKS.indexOf(level) < RANKS.indexOf("near")
      ? 99 - Math.min(Math.floor(4 * Math.log2(1 + score / epsilon)), 99)
      : 0;
  return `${RANKS.indexOf(level)} ${String(badness).padStart(2, "0")} ${host}`;
}

function byPlace(a, b) {
  return a.place < b.place ? -1 : a.place > b.place ? 1 : 0;
}

function patternOf(word) {
  return new RegExp(
    word
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join("\\S*"),
  );
}
