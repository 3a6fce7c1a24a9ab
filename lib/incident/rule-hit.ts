import type { Severity } from "./severity.ts";

/** A rule that held for as long as it has to, with what it looked at when it began to count. */
export interface RuleHit {
  /** The rule as it is written, like `cpu > 95 for 2m`, or the name it was given. */
  readonly rule: string;
  readonly severity: Severity;
  /** Since when its condition holds, in milliseconds since the epoch. */
  readonly since: number;
  readonly values: readonly { readonly metric: string; readonly now: number }[];
}

/** A host's rules are told apart by their text; more at once tell people nothing new. */
export const RULE_HITS_MAX = 3;
