import type { Cause } from "./cause.ts";
import { CRITICAL_RATIO } from "./severity.ts";

export interface BaselineReference {
  /** `host#…` or `group#…`. */
  readonly owner: string;
  readonly version: number;
}

/** A sample's score, with the threshold and baseline that applied to it. */
export interface Judgement {
  readonly score: number;
  readonly epsilon: number;
  readonly baseline: BaselineReference;
  /** Present under an ensemble: what each of its members said of the sample. */
  readonly members?: readonly MemberRatio[];
}

/** The score of a member of an ensemble, as a multiple of the member's own epsilon. */
export interface MemberRatio {
  readonly detector: string;
  readonly ratio: number;
}

export interface JudgedSample {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Absent if the host had no baseline. */
  readonly judgement?: Judgement;
}

/** The worst of several samples, with its causes. */
export interface Worst {
  readonly peak: JudgedSample;
  /** The three metrics that contributed most at any one of the samples, largest first. */
  readonly causes: readonly Cause[];
}

/** A host scored against its group's baseline has none of its own yet. */
export function isProvisional({ owner }: Pick<BaselineReference, "owner">): boolean {
  return owner.startsWith("group#");
}

/**
 * Whether the score alone is critical: never on a host without a baseline of its own, whose usual values are unknown.
 */
export function isCriticalSample(sample: JudgedSample): boolean {
  const { judgement } = sample;
  return judgement !== undefined && !isProvisional(judgement.baseline) && ratioOf(sample) >= CRITICAL_RATIO;
}

/** The score as a multiple of epsilon, which compares scores of different baselines; 0 without a baseline. */
export function ratioOf({ judgement }: JudgedSample): number {
  return judgement && judgement.epsilon > 0 ? judgement.score / judgement.epsilon : 0;
}
