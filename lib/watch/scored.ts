import type { Before } from "../model/sequence.ts";
import type { Explanation } from "./causes.ts";
import type { HostMemory } from "./host-memory.ts";

/** The samples of one part on their way through a detector, in the baseline's order of metrics. */
export interface Unscored {
  readonly values: Float64Array;
  readonly times: readonly number[];
  /** Rows that follow one another in time and were not seen before. What comes late is not scored. */
  readonly inOrder: readonly number[];
  /** The newest sample before these; absent for the first of a host. */
  readonly before?: Before;
}

export interface Scored {
  /** One per row of the part, each of several samples that persist; NaN where there is nothing to say. */
  readonly scores: readonly number[];
  readonly memory: HostMemory;
  explain(row: number): Explanation;
  /** The score without what is left of samples before: an average of minutes whose metric is back in its range. */
  standing(row: number): number;
  /** Whether a metric leans towards its threshold, on the average of hours; only calendar bands know. */
  leans(row: number, metric: string): boolean;
}
