/** The fleet as the server last sent it. */
export const fleet = {
  /** By host. */
  cards: new Map(),
  /** By key. */
  incidents: new Map(),
  summary: undefined,
  /** How far the server's clock is ahead of ours, in milliseconds. */
  ahead: 0,
};

const listeners = new Set();
let tellState;
let pending;
let run;
let events;
let retry;

/** The server's time, in milliseconds since the epoch. */
export function now() {
  return Date.now() + fleet.ahead;
}

/**
 * Calls the listener with the changes `{ all, hosts, incidents, left }`, at most once a frame. `left` has incidents
 * that the fleet no longer has. Returns how to end it.
 */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Milliseconds until a hidden tab frees its connection: a browser allows only a few to one server. */
const HIDDEN_MAX = 30_000;
/** Milliseconds until the page follows a server again that has refused: the browser does not try that by itself. */
const RETRY = 5_000;

/**
 * Follows the server's events while the page is visible, or as long as `isNeededHidden()`. After a lost connection it
 * tries again. Calls `onState` with `reading`, `live`, `lost` or `trouble`, and the reason.
 */
export function connect(onState, isNeededHidden) {
  tellState = onState;
  follow();
  let timer;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => isNeededHidden() || events.close(), HIDDEN_MAX);
    else if (events.readyState === EventSource.CLOSED) follow();
  });
}

function follow() {
  clearTimeout(retry);
  events = new EventSource("/api/events");
  events.addEventListener("snapshot", ({ data }) => showSnapshot(JSON.parse(data)));
  events.addEventListener("change", ({ data }) => showChange(JSON.parse(data)));
  events.addEventListener("trouble", ({ data }) => tellState("trouble", JSON.parse(data).message));
  // Live is what has data: a connection alone shows nothing.
  events.addEventListener("open", () => tellState("reading"));
  events.addEventListener("error", () => {
    tellState("lost");
    if (events.readyState === EventSource.CLOSED) retry = setTimeout(follow, RETRY);
  });
}

function showSnapshot(snapshot) {
  // A new server process has another token: load its page.
  if (run !== undefined && run !== snapshot.run) return location.reload();
  run = snapshot.run;
  fleet.cards = new Map(snapshot.cards.map((card) => [card.host, card]));
  const known = fleet.incidents;
  fleet.incidents = new Map(snapshot.incidents.map((incident) => [incident.key, incident]));
  const left = [...known.values()].filter(({ key }) => !fleet.incidents.has(key));
  took(snapshot, { all: true, hosts: [], incidents: snapshot.incidents, left });
}

function showChange(change) {
  for (const card of change.cards) fleet.cards.set(card.host, card);
  for (const host of change.gone) fleet.cards.delete(host);
  for (const incident of change.incidents) fleet.incidents.set(incident.key, incident);
  const left = change.left.flatMap((key) => fleet.incidents.get(key) ?? []);
  for (const { key } of left) fleet.incidents.delete(key);
  const hosts = [...change.cards.map(({ host }) => host), ...change.gone];
  took(change, { all: false, hosts, incidents: change.incidents, left });
}

function took(message, { all, hosts, incidents, left }) {
  fleet.summary = message.summary;
  fleet.ahead = message.now - Date.now();
  tellState("live");
  if (!pending) {
    pending = { all: false, hosts: new Set(), incidents: new Map(), left: new Map() };
    requestAnimationFrame(flush);
  }
  pending.all ||= all;
  for (const host of hosts) pending.hosts.add(host);
  for (const incident of incidents) {
    pending.incidents.set(incident.key, incident);
    pending.left.delete(incident.key);
  }
  for (const incident of left) pending.left.set(incident.key, incident);
}

function flush() {
  const change = pending;
  pending = undefined;
  performance.mark("update");
  for (const listener of listeners) listener(change);
  performance.measure("live update", "update");
}
