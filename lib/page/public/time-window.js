import { choice, h, setText } from "./dom.js";
import { moment } from "./words.js";

const setting = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
/** How often the page asks again while the host sends (ms), and the window at first, as the server has them. */
const EVERY = Number(setting("charts-every")) || 2_000;
const FIRST = setting("charts-window");
/** By their name in the address, with the least time between two questions (ms). */
const WINDOWS = {
  30: ["30 samples", 0],
  "1h": ["1 hour", 0],
  "6h": ["6 hours", 5_000],
  "1d": ["1 day", 20_000],
  "7d": ["7 days", 120_000],
};
/** A time that somebody picked may end now. */
const PICKED_EVERY = 20_000;

/**
 * Chooses the time of the charts: a window that ends now, or any two times. `chosen` is `{ window }` or
 * `{ from, to }` in milliseconds, as text of the address or as numbers; anything else is the window at first.
 */
export function timeWindow(asked, onChoose) {
  let chosen = valid(asked);
  const said = h("p", { class: "trouble", role: "alert" });
  const [from, to] = ["from", "to"].map((name) =>
    h("input", { type: "datetime-local", step: 1, name, required: true }),
  );
  const buttons = choice(
    "How far back",
    Object.entries(WINDOWS).map(([value, [words]]) => [value, words]),
    chosen.window,
    (window) => choose({ window }),
  );
  const form = h(
    "form",
    { class: "tools picker", "aria-label": "Time of the charts", onsubmit: pick },
    h("label", {}, "From ", from),
    h("label", {}, "To ", to),
    h("button", {}, "Show"),
  );

  function choose(next) {
    chosen = next;
    setText(said, "");
    buttons.press(chosen.window);
    onChoose(chosen);
  }

  function pick(event) {
    event.preventDefault();
    const [begin, end] = [from, to].map(({ value }) => Date.parse(value));
    if (begin < end) choose({ from: begin, to: end });
    else setText(said, "From must be before To.");
  }

  return {
    element: h("div", { class: "window" }, buttons, form, said),
    choose,
    chosen: () => chosen,
    everyMs: () => Math.max(EVERY, WINDOWS[chosen.window]?.[1] ?? PICKED_EVERY),
    words: () => WINDOWS[chosen.window]?.[0] ?? `${moment(chosen.from)} to ${moment(chosen.to)}`,
    /** Shows the axis in the picker, unless somebody is about to write there. */
    show(axis) {
      if (!axis || form.contains(document.activeElement)) return;
      from.value = localText(axis.from);
      to.value = localText(axis.to);
    },
  };
}

function valid({ window = FIRST, from, to }) {
  const [begin, end] = [Number(from), Number(to)];
  if (from && to && begin < end) return { from: begin, to: end };
  return { window: window in WINDOWS ? window : FIRST };
}

/** As an input of a local time has it. */
function localText(milliseconds) {
  const offset = new Date(milliseconds).getTimezoneOffset() * 60_000;
  return new Date(milliseconds - offset).toISOString().slice(0, 19);
}
