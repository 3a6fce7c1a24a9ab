export type Severity = "warning" | "critical";

/** Scores above this multiple of epsilon are critical: a single metric is then far outside all history. */
export const CRITICAL_RATIO = 3;
