import { change } from "./api.js";
import { categoryList } from "./category-list.js";
import { h, setText } from "./dom.js";
import { moment, saidBy, titleOfVerdict } from "./words.js";

/** The server's limit. */
const NOTE_LENGTH_MAX = 500;
const VERDICTS = ["fault", "expected"];

/**
 * The labels of a host's times without an incident, and a form for one more: a missed fault. Calls `onChange` after
 * each change.
 */
export function timeLabels(host, onChange) {
  const said = h("p", { class: "said", role: "status" });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const list = h("ul", {});
  const [from, to] = ["from", "to"].map((name) => h("input", { type: "datetime-local", name, required: true }));
  const note = h("input", { maxlength: NOTE_LENGTH_MAX, autocomplete: "off", placeholder: "optional" });
  const kind = categoryList();
  const verdict = h(
    "select",
    { onchange: () => kind.offer(verdict.value === "fault") },
    VERDICTS.map((value) => h("option", { value }, titleOfVerdict(value))),
  );

  async function act(work, words) {
    setText(trouble, "");
    setText(said, "");
    try {
      setText(said, words(await work()));
      onChange();
    } catch (error) {
      setText(trouble, error.message);
    }
  }

  function add(event) {
    event.preventDefault();
    const [begin, end] = [from, to].map(({ value }) => Date.parse(value));
    const body = { host, from: begin, to: end, verdict: verdict.value, ...kind.chosen(), note: note.value.trim() };
    void act(
      () => change("label-time", body),
      ({ incidents }) =>
        incidents.length > 0
          ? `An incident had opened then: ${incidents.join(", ")} has the label now.`
          : "Stored. The next refit counts it.",
    );
  }

  function row({ id, from: begin, to: end, ...label }) {
    const remove = () =>
      act(
        () => change("unlabel-time", { id }),
        () => `${id} is taken back.`,
      );
    return h(
      "li",
      {},
      h("code", {}, id),
      ` ${moment(begin)} to ${moment(end)}: ${saidBy(label)} `,
      h("button", { type: "button", onclick: remove }, "Take back", h("span", { class: "unseen" }, ` label ${id}`)),
    );
  }

  return {
    element: h(
      "section",
      { class: "card" },
      h("h2", {}, "Was something missed?"),
      h(
        "form",
        { class: "note", onsubmit: add },
        h("label", {}, "From ", from),
        h("label", {}, "To ", to),
        h("label", {}, "It was ", verdict),
        kind.element,
        h("label", {}, "Note ", note),
        h("button", {}, "Label this time"),
      ),
      said,
      trouble,
      list,
    ),
    show(times) {
      // A person may be about to press a button: it stays while nothing has changed.
      const text = JSON.stringify(times);
      if (list.dataset.shown === text) return;
      list.dataset.shown = text;
      list.replaceChildren(...times.map(row));
    },
  };
}
