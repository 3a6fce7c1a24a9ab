/** One metric's part in a score, at the sample where that part was largest. Values are in the metric's own unit. */
export interface Cause {
  readonly metric: string;
  /** The unit that its sender or the configuration declares; absent if only the name may tell. */
  readonly unit?: string;
  /** NaN if the metric has no value: then the missing value is the trouble. */
  readonly now: number;
  /** The usual value, for that time of the day if the baseline knows times. */
  readonly expected: number;
  /** `expected` is a prediction from the other metrics and the samples before; absent: it is a usual value. */
  readonly predicted?: true;
  /** The band of that time of the day, or about 95 % of normal samples: expected ± 2 standard deviations. */
  readonly low: number;
  readonly high: number;
  /** Ranks the causes: the metric's squared deviations, or the detector's substitute for them. */
  readonly contribution: number;
  /** The contribution's share of all metrics' at their largest sample, or of the causes' own sum if that is larger. */
  readonly share: number;
  /** The value nearest to `now` at which the sample would have been normal; absent when no such value exists. */
  readonly normalAt?: number;
  /** The reason for the trouble if it is not the value's distance from usual. */
  readonly sign?: Sign;
}

/**
 * It repeats one value; it grows steadily and is full within days; or it is in its range, but its level has been above
 * or below the usual one for too long. A missing value needs no sign of its own.
 */
export const SIGNS = ["stuck", "filling", "elevated", "lowered"] as const;
export type Sign = (typeof SIGNS)[number];

/** Whether the sign says that the level has been unusual for hours, while the value is in its range. */
export function isOfLevel(sign: Sign | undefined): sign is "elevated" | "lowered" {
  return sign === "elevated" || sign === "lowered";
}

export const DIRECTIONS = [...SIGNS, "high", "low", "in range", "missing"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/**
 * Where the value lies against the metric's own band, unless it has a sign; `in range` when only a combination of
 * metrics is strange.
 */
export function direction({ now, low, high, sign }: Pick<Cause, "now" | "low" | "high" | "sign">): Direction {
  if (Number.isNaN(now)) return "missing";
  if (sign) return sign;
  if (now > high) return "high";
  return now < low ? "low" : "in range";
}
