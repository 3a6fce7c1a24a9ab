import { h, setText } from "./dom.js";
import { fleetView } from "./fleet.js";
import { hostView } from "./host.js";
import { openIncidents } from "./incident-order.js";
import { incidentsView } from "./incidents.js";
import { labelsView } from "./labels.js";
import { announce, isNotifying } from "./notices.js";
import { listenForSearch } from "./search.js";
import { connect, fleet, now, subscribe } from "./store.js";
import { thresholdView } from "./threshold.js";
import { duration, moment } from "./words.js";

/**
 * Each function builds its view into an element from the parameters of the address, and returns one that removes it.
 */
const VIEWS = {
  fleet: ["Fleet", fleetView],
  incidents: ["Incidents", incidentsView],
  host: ["Host", hostView],
  threshold: ["Threshold", thresholdView],
  labels: ["Labels", labelsView],
};

const main = document.getElementById("main");
/** When the server last sent something. */
let shownAt;
let takeDown = () => {};

function show({ focus }) {
  const [, path = "/fleet", query = ""] = /^#?([^?]*)\??(.*)$/.exec(location.hash) ?? [];
  const name = path.replace(/^\//, "") || "fleet";
  // The skip link leads to #main.
  if (name === "main") return main.focus();
  const [title, build] = VIEWS[name] ?? VIEWS.fleet;
  takeDown();
  main.replaceChildren();
  const parameters = Object.fromEntries(new URLSearchParams(query));
  takeDown = () => {};
  try {
    takeDown = build(main, parameters);
  } catch (error) {
    fail(error);
  }
  document.title = `${parameters.host ?? title} · Fleetwarden`;
  for (const link of document.querySelectorAll("nav [data-view]")) {
    if (link.dataset.view === (name === "host" ? "fleet" : name)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (focus) main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** Keeps every element with `data-since` up to date. */
function tick() {
  for (const element of document.querySelectorAll("[data-since]"))
    setText(element, `${duration(now() - Number(element.dataset.since))}${element.dataset.suffix ?? ""}`);
}

function showOpenCount() {
  const open = openIncidents().length;
  const element = document.getElementById("open-count");
  element.hidden = open === 0;
  element.replaceChildren(String(open), h("span", { class: "unseen" }, " open"));
}

const STATES = {
  reading: "Reading the fleet…",
  live: "Live",
  lost: "Connection lost, trying again",
  trouble: "The server cannot read the fleet",
  failed: "This page has failed: load it again",
};

function showState(state, why) {
  const element = document.getElementById("live");
  // New data does not mend a page that has failed.
  if (element.dataset.state === state || element.dataset.state === "failed") return;
  element.dataset.state = state;
  element.title = why ?? "";
  setText(document.getElementById("live-text"), STATES[state]);
  showBroken(state, why);
}

/** A page behind a login does not learn why it gets no events: its session may be over. */
const LOST = document.querySelector('a[href="/logout"]')
  ? "If that lasts, your login may have ended, or the server may have stopped: reload the page."
  : "If that lasts, check that the server runs, then reload.";

/** Says above every view that what it shows is old, and since when. */
function showBroken(state, why) {
  const element = document.getElementById("broken");
  element.hidden = state !== "lost" && state !== "trouble";
  if (element.hidden) return;
  const since = fleet.summary ? ` This page shows the fleet as it was at ${moment(shownAt)}.` : "";
  const words =
    state === "lost"
      ? `This page has no connection to the server and tries again. ${LOST}`
      : `The server cannot read the fleet: ${why ?? "its log says why"}.`;
  setText(element, `${words}${since}`);
}

/** A page that shows nothing, or something old, must not look live. */
function fail(error) {
  showState("failed");
  main.prepend(
    h("p", { class: "trouble", role: "alert" }, `This page has failed: ${error?.message ?? error}. Load it again.`),
  );
}

addEventListener("error", ({ error, message }) => fail(error ?? message));
addEventListener("unhandledrejection", ({ reason }) => fail(reason));
listenForSearch();
subscribe((change) => {
  shownAt = now();
  announce(change);
  showOpenCount();
  tick();
});
setInterval(tick, 1_000);
addEventListener("hashchange", () => show({ focus: true }));
show({ focus: false });
connect(showState, isNotifying);
