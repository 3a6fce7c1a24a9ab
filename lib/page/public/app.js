import { h, setText } from "./dom.js";
import { fleetView } from "./fleet.js";
import { hostView } from "./host.js";
import { openIncidents } from "./incident-order.js";
import { incidentsView } from "./incidents.js";
import { labelsView } from "./labels.js";
import { connect, now, subscribe } from "./store.js";
import { thresholdView } from "./threshold.js";
import { duration } from "./words.js";

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
  takeDown = build(main, parameters);
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

const STATES = { live: "Live", lost: "Connection lost, trying again", trouble: "The server cannot read the fleet" };

function showState(state, why) {
  const element = document.getElementById("live");
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  element.title = why ?? "";
  setText(document.getElementById("live-text"), STATES[state]);
}

/** Keys of the incidents that the page knows; screen readers announce each new one. */
const announced = new Set();
function announce({ all, incidents }) {
  const fresh = [...incidents.values()].filter(({ key }) => !announced.has(key));
  for (const { key } of fresh) announced.add(key);
  const [first] = fresh;
  if (first && !all)
    setText(
      document.getElementById("announce"),
      `New incident: ${first.host}, ${first.severity}${fresh.length > 1 ? `, and ${fresh.length - 1} more` : ""}`,
    );
}

subscribe((change) => {
  announce(change);
  showOpenCount();
  tick();
});
setInterval(tick, 1_000);
addEventListener("hashchange", () => show({ focus: true }));
show({ focus: false });
connect(showState);
