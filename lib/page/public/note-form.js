import { categoryList } from "./category-list.js";
import { h } from "./dom.js";

/** The server's limit. */
const NOTE_LENGTH_MAX = 500;

/** One line beside a label, shown once there is a label, and for a fault its kind. */
export function noteForm(id, save) {
  const input = h("input", { maxlength: NOTE_LENGTH_MAX, autocomplete: "off", placeholder: "optional" });
  const kind = categoryList();
  const element = h(
    "form",
    {
      class: "note",
      onsubmit: (event) => {
        event.preventDefault();
        save({ ...kind.chosen(), note: input.value.trim() });
      },
    },
    kind.element,
    h("label", {}, "Note ", input),
    h("button", {}, "Save", h("span", { class: "unseen" }, ` the note on ${id}`)),
  );
  let stored = {};
  return {
    element,
    /** Keeps what is not saved, unless something else was stored meanwhile. */
    update(label) {
      element.hidden = label === undefined;
      const { note = "", category = "" } = label ?? {};
      if (note !== stored.note) input.value = note;
      if (category !== stored.category) kind.choose(category);
      kind.offer(label?.verdict === "fault");
      stored = { note, category };
    },
  };
}
