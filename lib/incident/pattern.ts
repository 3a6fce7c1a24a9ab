import { type Cause, DIRECTIONS, direction } from "./cause.ts";

/**
 * The kind of trouble, as a short text: `high cpu_user`, `missing load1`, `rule cpu > 95 for 2m` or `silent`. An
 * incident notifies people once of each, and hosts of a group with the same one are in the same trouble.
 */
export type Pattern = string;

/** The host sends nothing. No metric and no rule has this pattern. */
export const SILENCE: Pattern = "silent";

/** Patterns that one incident remembers. More of them would tell people nothing new, and the item must stay small. */
export const PATTERNS_MAX = 24;

export function patternOf(cause: Pick<Cause, "metric" | "now" | "low" | "high" | "sign">): Pattern {
  return `${direction(cause)} ${cause.metric}`;
}

/** Whether the pattern has this metric, on either side. */
export function isOfMetric(pattern: Pattern, metric: string): boolean {
  return DIRECTIONS.some((direction) => pattern === `${direction} ${metric}`);
}

export function patternOfRule(rule: string): Pattern {
  return `rule ${rule}`;
}
