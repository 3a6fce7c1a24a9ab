import { ask, change } from "./api.js";
import { createAsker } from "./asker.js";
import { h, setText } from "./dom.js";
import { moment } from "./words.js";

/** Milliseconds between two reads: other people may silence something, too. */
const ASK_EVERY = 10_000;
/** The server's limit. */
const REASON_LENGTH_MAX = 500;
const LENGTHS = [
  [1, "1 hour"],
  [4, "4 hours"],
  [24, "1 day"],
  [168, "7 days"],
];

/** The silences that hold or are to come, each with a button that ends it, and a form for one more. */
export function silences() {
  const summary = h("summary", {}, "Silences");
  const said = h("p", { class: "said", role: "status" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const list = h("ul", {});
  const [host, group] = ["web-*", "db"].map((placeholder) => h("input", { placeholder, autocomplete: "off" }));
  const reason = h("input", { maxlength: REASON_LENGTH_MAX, autocomplete: "off", required: true });
  const hours = h(
    "select",
    {},
    LENGTHS.map(([value, words]) => h("option", { value }, words)),
  );
  const asker = createAsker({ ask: () => ask("silences"), everyMs: () => ASK_EVERY, show, trouble });

  async function act(path, body, words) {
    setText(trouble, "");
    try {
      const { silence } = await change(path, body);
      setText(said, words(silence));
      asker.now();
    } catch (error) {
      setText(trouble, error.message);
    }
  }

  function add(event) {
    event.preventDefault();
    const named = Object.entries({ host: host.value.trim(), group: group.value.trim() }).filter(([, name]) => name);
    const body = { ...Object.fromEntries(named), hours: Number(hours.value), reason: reason.value };
    void act("silence", body, silencedWords);
  }

  function row({ id, reason: why, by, from, until, windows, matched, holds, ...matcher }) {
    const what = matcherWords(matcher);
    const when = holds ? `holds until ${moment(until)}` : `from ${moment(from)} until ${moment(until)}`;
    const held = matched === undefined ? "nothing held back yet" : `held something back at ${moment(matched)}`;
    const end = () => act("end-silence", { id }, () => `${what}: people are notified again.`);
    return h(
      "li",
      {},
      h("code", {}, id),
      ` ${what}: ${when}${windows ? `, ${windows}` : ""}, by ${by}: ${why}; ${held} `,
      h("button", { type: "button", onclick: end }, "End", h("span", { class: "unseen" }, ` silence ${id}`)),
    );
  }

  function show({ silences: found }) {
    const holding = found.filter(({ holds }) => holds).length;
    setText(
      summary,
      `Silences: ${holding} in force${found.length > holding ? `, ${found.length - holding} to come` : ""}`,
    );
    // A person may be about to press a button: it stays while nothing has changed.
    const text = JSON.stringify(found);
    if (list.dataset.shown === text) return;
    list.dataset.shown = text;
    list.replaceChildren(...found.map(row));
  }

  asker.now();
  return {
    element: h(
      "details",
      { class: "card silences" },
      summary,
      list,
      h(
        "form",
        { class: "note", onsubmit: add },
        h("label", {}, "Hosts ", host),
        h("label", {}, "Groups ", group),
        h("label", {}, "For ", hours),
        h("label", {}, "Why ", reason),
        h("button", {}, "Silence them"),
      ),
      said,
      trouble,
    ),
    soon: asker.soon,
    end: asker.end,
  };
}

function silencedWords({ id, until, matcher }) {
  return `${id}: nobody is notified of ${matcherWords(matcher)} until ${moment(until)}.`;
}

function matcherWords({ host, group }) {
  return [host === undefined ? "" : `hosts ${host}`, group === undefined ? "" : `groups ${group}`]
    .filter(Boolean)
    .join(" in ");
}
