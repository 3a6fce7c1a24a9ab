import { h, setText } from "./dom.js";
import { byUrgency, isOpen } from "./incident-order.js";
import { subjectOf, whyOf } from "./trouble-lines.js";

/** Where the browser keeps the choice. */
const CHOICE = "notify";
/** Milliseconds that a notice stays on the page. */
const SHOWN_MS = 20_000;
/** Keys of the incidents that the page knows. */
const known = new Set();
let timer;

/** Whether this browser shows notifications: somebody chose it here, and the browser allows it. */
export function isNotifying() {
  return "Notification" in globalThis && Notification.permission === "granted" && localStorage.getItem(CHOICE) === "on";
}

/** Says each new incident to screen readers, on the page, and outside of it if somebody chose that. */
export function announce({ all, incidents }) {
  const fresh = [...incidents.values()].filter((incident) => !known.has(incident.key) && isOpen(incident));
  for (const { key } of incidents.values()) known.add(key);
  const [first] = fresh.sort(byUrgency);
  if (!first || all) return;
  const more = fresh.length > 1 ? `, and ${fresh.length - 1} more` : "";
  setText(document.getElementById("announce"), `New incident: ${subjectOf(first)}, ${first.severity}${more}`);
  const words = `${subjectOf(first)}: ${whyOf(first)}${more}`;
  showNotice(first, words);
  if (isNotifying() && !document.hasFocus())
    new Notification(`${first.severity === "critical" ? "Critical" : "Warning"}: new incident`, {
      body: words,
      tag: first.key,
    });
}

function showNotice({ id, severity }, words) {
  const element = document.getElementById("notice");
  const close = () => {
    element.hidden = true;
  };
  element.dataset.level = severity;
  element.replaceChildren(
    h("a", { href: `#/incidents?show=open&id=${id}`, onclick: close }, `New: ${words}`),
    h("button", { type: "button", onclick: close }, "Close", h("span", { class: "unseen" }, " this notice")),
  );
  element.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(close, SHOWN_MS);
}

/** A button that turns the browser's notifications on or off; it says why where the browser does not allow them. */
export function notifyButton() {
  const said = h("span", { class: "muted", role: "status" });
  const button = h("button", { type: "button", onclick: press }, "Notify me in this browser");
  const show = () => button.setAttribute("aria-pressed", String(isNotifying()));

  async function press() {
    if (!("Notification" in globalThis)) return setText(said, "This browser has no notifications.");
    const isOn = isNotifying();
    localStorage.setItem(CHOICE, isOn ? "off" : "on");
    const permission = isOn ? "granted" : await Notification.requestPermission();
    setText(
      said,
      permission === "granted" ? "" : "The browser does not allow it: change that in its settings for this page.",
    );
    show();
  }
  show();
  return h("div", { class: "tools" }, button, said);
}
