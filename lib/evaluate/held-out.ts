import { studentT } from "./student-t.ts";

/** One measure of a candidate, by machine and fold; a larger one is better. */
export type Measures = readonly (readonly number[])[];

/** The gain of tuning on time that did not choose. */
export interface HeldOut {
  /** For each fold but the first: the candidate that was the best on all folds before it. */
  readonly chosen: readonly number[];
  /** The candidate that is the best on all folds. */
  readonly best: number;
  /** The mean difference of the chosen candidates to the configured one, and its standard error. */
  readonly gain: number;
  readonly error: number;
  /** A gain up to this is noise. */
  readonly noise: number;
  /** Pairs of a machine and a fold, of which the gain is the mean. */
  readonly pairs: number;
  /** As many pairs would make this gain more than noise; absent where it is, or where there is none. */
  readonly pairsNeeded?: number;
}

/** Whether the best candidate may take the place of the configured one. */
export function isWorthIt({ best, gain, noise }: HeldOut): boolean {
  return best !== 0 && gain > noise;
}

/**
 * Chooses among candidates by earlier time and measures the choice on later time. On each fold it compares the best
 * candidate of the folds before with the configured one, which comes first. The noise is the 0.975 quantile of
 * Student's t times the standard error of the paired differences, one for each machine and fold. All machines have the
 * same number of folds, two or more.
 */
export function heldOut(candidates: readonly Measures[]): HeldOut {
  const folds = candidates[0]?.[0]?.length ?? 0;
  const laterFolds = Array.from({ length: Math.max(folds - 1, 0) }, (_, k) => k + 1);
  const chosen = laterFolds.map((fold) => bestOf(candidates, fold));
  const differences = laterFolds.flatMap((fold, k) => {
    const [own, configured] = [candidates[chosen[k] ?? 0] ?? [], candidates[0] ?? []];
    return own.map((machine, m) => (machine[fold] ?? 0) - (configured[m]?.[fold] ?? 0));
  });
  const pairs = differences.length;
  const gain = meanOf(differences);
  const variance = differences.reduce((sum, one) => sum + (one - gain) ** 2, 0) / (pairs - 1);
  const error = Math.sqrt(variance / pairs);
  const noise = studentT(pairs - 1) * error;
  const needed = gain > 0 && gain <= noise ? pairsFor(gain, variance) : undefined;
  const about = { chosen, best: bestOf(candidates, folds), gain, error, noise, pairs };
  return { ...about, ...(needed === undefined ? {} : { pairsNeeded: needed }) };
}

/** The candidate with the best mean of the first folds; of equal ones the first, so that the configured one stays. */
function bestOf(candidates: readonly Measures[], folds: number): number {
  const means = candidates.map((machines) => meanOf(machines.flatMap((machine) => machine.slice(0, folds))));
  return means.reduce((best, mean, i) => (mean > (means[best] ?? Number.NEGATIVE_INFINITY) ? i : best), 0);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The fewest pairs with this gain and variance that are no noise. */
function pairsFor(gain: number, variance: number): number {
  let pairs = 2;
  while (studentT(pairs - 1) * Math.sqrt(variance / pairs) >= gain && pairs < PAIRS_MAX) pairs++;
  return pairs;
}

/** Nobody labels as much. */
const PAIRS_MAX = 100_000;
