import { h } from "./dom.js";

/** The server's limit. */
const NOTE_LENGTH_MAX = 500;

/** One line beside a label, shown once there is a label. */
export function noteForm(id, save) {
  const input = h("input", { maxlength: NOTE_LENGTH_MAX, autocomplete: "off", placeholder: "optional" });
  const element = h(
    "form",
    {
      class: "note",
      onsubmit: (event) => {
        event.preventDefault();
        save(input.value.trim());
      },
    },
    h("label", {}, "Note ", input),
    h("button", {}, "Save", h("span", { class: "unseen" }, ` the note on ${id}`)),
  );
  let stored = "";
  return {
    element,
    /** Keeps an unsaved text, unless another note was stored meanwhile. */
    update(label) {
      element.hidden = label === undefined;
      const note = label?.note ?? "";
      if (note !== stored) input.value = note;
      stored = note;
    },
  };
}
