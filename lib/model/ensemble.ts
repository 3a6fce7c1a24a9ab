/** Ways to one score from the ratios of several detectors; the first is the default. */
export const COMBINATIONS = ["geometric-mean", "mean", "maximum", "vote"] as const;
export type Combination = (typeof COMBINATIONS)[number];

/**
 * The score of an ensemble by the scores of its members, each as a multiple of its own epsilon, so that 1 means notify.
 * `vote` is the largest ratio that more than half of the members reach. Members without a score (NaN) are left out; NaN
 * where none has one.
 */
export function combine(by: Combination, ratios: readonly number[]): number {
  const known = ratios.filter((ratio) => !Number.isNaN(ratio));
  if (known.length === 0) return Number.NaN;
  switch (by) {
    case "geometric-mean":
      return known.reduce((product, ratio) => product * Math.max(0, ratio) ** (1 / known.length), 1);
    case "mean":
      return known.reduce((sum, ratio) => sum + ratio, 0) / known.length;
    case "maximum":
      return Math.max(...known);
    case "vote":
      return known.toSorted((a, b) => b - a)[Math.floor(known.length / 2)] ?? Number.NaN;
  }
}
