import type { MemberRatio } from "../incident/judgement.ts";
import type { RuleHit } from "../incident/rule-hit.ts";
import type { Baseline } from "./baseline.ts";
import type { Explanation } from "./causes.ts";

export interface Judged {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The detector's result; absent while the host is learning. */
  readonly assessment?: Assessment;
  /** Rules that hold. Such a sample is as strange as an anomaly. */
  readonly hits: readonly RuleHit[];
}

export interface Assessment {
  readonly score: number;
  /** The score without the remainder of earlier samples. */
  readonly standing: () => number;
  /** Whether a metric still leans towards its threshold. */
  readonly leans: (metric: string) => boolean;
  readonly anomaly: boolean;
  readonly baseline: Baseline;
  explain(): Explanation;
  /** The ratios of an ensemble's members; absent for one detector. */
  readonly members?: () => readonly MemberRatio[];
}

/** A version of a baseline: of the host's own, or of its group's. */
export interface Judge {
  readonly version: number;
  readonly isGroups: boolean;
}
