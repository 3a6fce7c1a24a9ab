export type Severity = "warning" | "critical";

/** Scores beyond this multiple of epsilon are critical: a single metric is then far outside anything seen. */
export const CRITICAL_RATIO = 3;
