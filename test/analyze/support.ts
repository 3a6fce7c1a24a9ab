import type { Ranked } from "../../lib/analyze/events.ts";

/** 2025-03-01T00:00:00Z: python3 -c "from datetime import *; print(datetime(2025, 3, 1, tzinfo=timezone.utc).timestamp())" */
export const MARCH = 1_740_787_200_000;

/** A judged row of one metric, calm by default. */
export function rowOf({ excess = 0, ...changes }: Partial<Ranked> & { readonly excess?: number } = {}): Ranked {
  const isAnomaly = excess > 1;
  const reasons = isAnomaly ? [{ metric: 0, value: 9, usual: 1, deviation: 4, share: 1 }] : [];
  const verdict = { score: excess, signed: excess, excess, isAnomaly, reasons };
  return { line: 2, values: Float64Array.of(1), time: MARCH, verdict, ...changes };
}
