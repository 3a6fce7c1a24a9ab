import type { Before } from "../model/fused.ts";
import type { Explanation } from "./causes.ts";
import type { HostMemory } from "./host-memory.ts";

/** The samples of one part on their way through a detector, in the baseline's order of metrics. */
export interface Unscored {
  readonly values: Float64Array;
  readonly times: readonly number[];
  /** Rows that follow one another in time and were not seen before; what comes late is in `late`. */
  readonly inOrder: readonly number[];
  readonly late: readonly number[];
  /** The newest sample before these; absent for the first of a host. */
  readonly before?: Before;
}

export interface Scored {
  /** One per row of the part; NaN where there is nothing to say. */
  readonly scores: number[];
  /** One per row: the score of the last minutes, without the echo of those before; the score itself without memory. */
  readonly recent: readonly number[];
  readonly memory?: HostMemory;
  explain(row: number): Explanation;
  /** Whether a metric leans towards its threshold, on the average of hours; with calendar bands only. */
  leans?(row: number, metric: string): boolean;
  /** The same part when an incident is over with a row: from that one on, nothing before echoes. */
  withoutEcho(row: number): Scored;
}
