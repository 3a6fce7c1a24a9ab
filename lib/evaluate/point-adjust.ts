import { selectEpsilon } from "../model/best-epsilon.ts";
import { eventsOf } from "./events.ts";

/**
 * Best F1 after point adjustment: one sample above the threshold counts for the whole event (Xu et al. 2018). Random
 * scores do well by this measure (Kim et al. 2022), so the figure means nothing without theirs beside it.
 */
export function adjustedF1(scores: Float64Array, labels: Uint8Array): number {
  const adjusted = scores.slice();
  for (const { first, last } of eventsOf(labels)) {
    const highest = scores.subarray(first, last + 1).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    adjusted.fill(highest, first, last + 1);
  }
  return selectEpsilon(adjusted, labels)?.f1 ?? 0;
}

/** The same for random scores, which do not depend on the labels. */
export function randomAdjustedF1(labels: Uint8Array, random: () => number): number {
  return adjustedF1(Float64Array.from(labels, random), labels);
}
