import { h } from "./dom.js";
import { CATEGORIES } from "./verdicts.js";

/** The kinds of a fault to choose from, which stay hidden for other verdicts. */
export function categoryList() {
  const list = h(
    "select",
    {},
    ["", ...CATEGORIES].map((value) => h("option", { value }, value)),
  );
  const element = h("label", {}, "Kind ", list);
  return {
    element,
    choose: (category) => {
      list.value = category;
    },
    offer: (isFault) => {
      element.hidden = !isFault;
    },
    /** As the server takes it: nothing where nothing is chosen, or offered. */
    chosen: () => (list.value === "" || element.hidden ? {} : { category: list.value }),
  };
}
