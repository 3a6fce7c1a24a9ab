import type { Severity } from "./severity.ts";

/** A rule that held for its required time, with its metrics' values at the newest sample at which it did. */
export interface RuleHit {
  /** The rule's text, like `cpu > 95 for 2m`, or its name. */
  readonly rule: string;
  readonly severity: Severity;
  /** When its condition began to hold, in milliseconds since the epoch. */
  readonly since: number;
  readonly values: readonly { readonly metric: string; readonly unit?: string; readonly now: number }[];
}

/** Distinct rules by text; more of them tell people nothing new. */
export const RULE_HITS_MAX = 3;
