import { NEAR } from "./score-words.js";

/**
 * Glyph and words of each level, worst first: a silent host is critical, since nobody knows its state. Colour is never
 * the only sign.
 */
export const LEVELS = {
  critical: ["▲", "critical incident"],
  silent: ["◼", "silent"],
  warning: ["△", "warning incident"],
  anomaly: ["◆", "above epsilon"],
  near: ["◐", "near epsilon"],
  normal: ["●", "normal"],
  unjudged: ["◌", "not judged"],
  learning: ["○", "learning"],
  off: ["□", "usually off now"],
  retired: ["–", "retired"],
};
const RANKS = Object.keys(LEVELS);

/** 0 = worst. */
export function rankOf(level) {
  return RANKS.indexOf(level);
}

export function levelOf({ status, severity, score, epsilon }) {
  if (status === "incident") return severity;
  if (status !== "normal") return status;
  return score > NEAR * epsilon ? "near" : "normal";
}
