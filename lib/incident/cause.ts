/** One metric's part in a score, at the sample where it was largest. Values are in the metric's own unit. */
export interface Cause {
  readonly metric: string;
  readonly now: number;
  /** The baseline's mean, at that hour of the day where the baseline knows the hours. */
  readonly expected: number;
  /** The band that holds about 95 % of normal samples: expected ± 2 standard deviations. */
  readonly low: number;
  readonly high: number;
  /** Causes are ranked by it: the metric's squared deviations, or what the detector has in their place. */
  readonly contribution: number;
  /**
   * The contribution as a share of those of all metrics at the sample where they were largest, or of the causes' own
   * where these add up to more.
   */
  readonly share: number;
  /** The value nearest to `now` at which the sample would have been normal; absent when no such value exists. */
  readonly normalAt?: number;
}
