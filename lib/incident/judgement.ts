import type { Cause } from "./cause.ts";

export interface BaselineReference {
  /** `host#…` or `group#…`. */
  readonly owner: string;
  readonly version: number;
}

/** The score of a sample, with the threshold and the baseline in force then. */
export interface Judgement {
  readonly score: number;
  readonly epsilon: number;
  readonly baseline: BaselineReference;
}

export interface JudgedSample {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Absent where the host had no baseline. */
  readonly judgement?: Judgement;
}

/** The worst of some samples, and why. */
export interface Worst {
  readonly peak: JudgedSample;
  /** The three metrics that contributed most at any one of the samples, largest first. */
  readonly causes: readonly Cause[];
}

/** How many times epsilon the score is: what scores of different baselines are compared by. 0 without a baseline. */
export function ratioOf({ judgement }: JudgedSample): number {
  return judgement && judgement.epsilon > 0 ? judgement.score / judgement.epsilon : 0;
}
