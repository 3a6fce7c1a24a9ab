import { h, setText } from "./dom.js";
import { count, decimal } from "./words.js";

/** A score above this share of epsilon is near it. */
export const NEAR = 0.8;

/** A score against epsilon, the limit of alerts, where there is little space: `28 % of limit` or `29 × limit`. */
export function scoreInBrief({ score, epsilon }) {
  const ratio = score / epsilon;
  return ratio > 1 ? `${decimal(ratio, 2)} × limit` : `${percentOf(ratio)} of limit`;
}

/** The same as a sentence: how bad it is, and the two numbers. */
function scoreInWords({ score, epsilon }) {
  const ratio = score / epsilon;
  const numbers = `(score ${decimal(score)}, epsilon ${decimal(epsilon)})`;
  if (ratio > 1) return `Above the alert limit: ${decimal(ratio, 2)} times as high ${numbers}.`;
  return `${ratio > NEAR ? "Near the alert limit" : "Calm"}: ${percentOf(ratio)} of the alert limit ${numbers}.`;
}

/** How full the bar of a tile is: whole from the limit on. */
export function shareOf({ score, epsilon }) {
  return Math.min(Math.max(score / epsilon, 0), 1) || 0;
}

/** A bar with the limit in its middle. It comes to its end only slowly, so that 3 and 30 times the limit differ. */
export function scoreBar() {
  const fill = h("span", { class: "fill" });
  const bar = h("span", { class: "track" }, fill, h("span", { class: "limit" }));
  const words = h("span", {});
  return {
    element: h(
      "p",
      { class: "score-bar" },
      h("span", { class: "scale", "aria-hidden": "true" }, bar, h("small", {}, "alert limit")),
      words,
    ),
    show(card) {
      const ratio = card.score / card.epsilon;
      fill.style.width = `${100 * (ratio / (1 + ratio) || 0)}%`;
      setText(words, scoreInWords(card));
    },
  };
}

/** A share in percent, which is never 0 for a share that is not. */
export function percentOf(ratio) {
  if (ratio === 0) return "0 %";
  return `${ratio < 0.01 ? "under 1" : count(Math.round(100 * ratio))} %`;
}
