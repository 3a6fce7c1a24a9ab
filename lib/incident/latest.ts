import type { Cause } from "./cause.ts";

/** A metric's value at one time, and its usual value then. */
export type Reading = Pick<Cause, "metric" | "unit" | "now" | "expected" | "low" | "high">;

/** The metrics of an incident's causes at its newest sample, or at its end; `causes` show each at its worst. */
export interface Latest {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly readings: readonly Reading[];
}

/** How far the first cause's metric was from its usual value; in its own unit. */
export interface Trend {
  readonly metric: string;
  /** The first of these samples, in milliseconds since the epoch. */
  readonly since: number;
  readonly samples: number;
  /** Over all of them, and lately. */
  readonly mean: number;
  readonly recent: number;
}

export function readingOf(latest: Latest | undefined, metric: string): Reading | undefined {
  return latest?.readings.find((one) => one.metric === metric);
}
