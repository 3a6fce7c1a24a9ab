import { h } from "../lib/page/public/dom.js";
import { listen } from "./server.js";

/** The messages that subscribers of the alerts topic would have got, newest first. */
const SHOWN_MAX = 50;

const none = h("p", { class: "muted" }, "None yet. Subscribers of the alerts topic get e-mails and, of critical news, texts.");
const list = h("div", {}, none);
export const messages = h("aside", { class: "messages", "aria-label": "Messages" }, h("h2", {}, "Messages"), list);
document.getElementById("main").after(messages);

listen(({ message }) => {
  if (!message) return;
  none.remove();
  for (const { lastChild } of list.querySelectorAll("details")) lastChild.parentElement.open = false;
  list.prepend(shown(message));
  while (list.children.length > SHOWN_MAX) list.lastChild.remove();
});

function shown({ at, subject, email, sms }) {
  const time = h("time", { datetime: new Date(at).toISOString() }, new Date(at).toISOString().slice(11, 16));
  return h(
    "details",
    { class: "card message", open: true, "data-kind": /^\[(\w+)\]/.exec(subject)?.[1] },
    h("summary", {}, time, " ", subject),
    sms && h("p", { class: "sms" }, h("strong", {}, "SMS "), sms),
    h("pre", { tabindex: "0", "aria-label": "E-mail" }, email),
  );
}
