import { h } from "../lib/page/public/dom.js";
import { controls } from "./controls.js";
import { listen } from "./server.js";

/** The messages that subscribers of the alerts topic would have got, newest first. */
const SHOWN_MAX = 50;
/** On a narrow screen they stand above the page, closed. */
const beside = matchMedia("(min-width: 1100px)");

const none = h("p", { class: "muted" }, "None yet: everybody gets the e-mails here, and texts about what is critical.");
const list = h("div", { class: "letters" }, none);
controls.after(h("aside", { class: "messages", "aria-label": "Messages" }, h("h2", {}, "Messages"), list));

listen(({ message }) => {
  if (!message) return;
  none.remove();
  list.prepend(shown(message));
  while (list.children.length > SHOWN_MAX) list.lastChild.remove();
});

function shown({ at, subject, email, sms }) {
  const sent = new Date(at).toISOString();
  return h(
    "details",
    { class: "card message", open: beside.matches, "data-kind": /^\[(\w+)\]/.exec(subject)?.[1] },
    h("summary", {}, h("time", { datetime: sent }, sent.slice(11, 16)), " ", subject),
    sms && h("p", { class: "sms" }, h("strong", {}, "SMS "), sms),
    h("pre", {}, email),
  );
}
