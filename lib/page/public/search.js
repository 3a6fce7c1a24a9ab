import { h } from "./dom.js";

/** Whether a text has every word of the search; `*` stands for any characters of a word, and case does not matter. */
export function searchOf(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).map(patternOf);
  return { isEmpty: words.length === 0, fits: (found) => words.every((word) => word.test(found.toLowerCase())) };
}

/** A labelled field of one view; `/` on the keyboard leads to it from anywhere on the page. */
export function searchField({ label, placeholder, value = "", onSearch }) {
  const input = h("input", { type: "search", id: "search", placeholder, value, autocomplete: "off" });
  input.setAttribute("aria-keyshortcuts", "/");
  input.addEventListener("input", () => onSearch(input.value));
  return [h("label", { for: "search" }, label), input];
}

/** Brings the focus to the search field of the view, or to that of the fleet if the view has none. */
export function listenForSearch() {
  addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, target } = event;
    if (key !== "/" || ctrlKey || metaKey || altKey || target.closest("input, select, textarea")) return;
    event.preventDefault();
    if (document.getElementById("search")) return document.getElementById("search").focus();
    addEventListener("hashchange", () => document.getElementById("search")?.focus(), { once: true });
    location.hash = "#/fleet";
  });
}

function patternOf(word) {
  return new RegExp(
    word
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join("\\S*"),
  );
}
