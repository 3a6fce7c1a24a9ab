/** A person's verdict on an incident. */
export type Verdict = "fault" | "false" | "expected" | "new-normal" | "unknown";

export interface Label {
  readonly verdict: Verdict;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly by: string;
  readonly note?: string;
}

/** One metric's part in a score, at the sample of the incident where it was largest. Values are in the metric's own unit. */
export interface Cause {
  readonly metric: string;
  readonly now: number;
  /** What was usual then: the baseline's mean, at that hour of the day where it knows the hours. */
  readonly expected: number;
  /** The band that holds about 95 % of normal samples: expected ± 2 standard deviations. */
  readonly low: number;
  readonly high: number;
  /** Squared deviations of the metric, or what the detector has in their place: what causes are ranked by. */
  readonly contribution: number;
  /** The contribution as a share of those of all metrics at the sample where they were largest, or of the causes' own where these add up to more. */
  readonly share: number;
  /** The value nearest to `now` at which the sample would have been normal; absent when no value of this metric alone would do. */
  readonly normalAt?: number;
}

export interface BaselineReference {
  /** `host#…` or `group#…`. */
  readonly owner: string;
  readonly version: number;
}

/** The worst of some samples, what judged it so, and why. */
export interface Worst {
  /** Time in milliseconds since the epoch. */
  readonly peak: { readonly time: number; readonly score: number };
  /** The threshold in force at the peak. */
  readonly epsilon: number;
  readonly baseline: BaselineReference;
  /** The three metrics that contributed most at any one of the samples, largest first. */
  readonly causes: readonly Cause[];
}

/**
 * A run of anomalies of one host, or its silence. Times are in milliseconds since the epoch. Of a silence, the peak is
 * the last sample, with what it was judged by (version 0: nothing yet); there are no causes.
 */
export interface Incident extends Worst {
  /** Absent of a run of anomalies. */
  readonly kind?: "silent";
  /** Six letters and digits without look-alikes; a function of host and `opened`. */
  readonly id: string;
  readonly host: string;
  readonly group: string;
  /** Counts the changes of this incident; a message that arrives twice carries the same id and revision. */
  readonly revision: number;
  /** Time of the first of the anomalous samples that opened it; of a silence, a millisecond after the last sample. */
  readonly opened: number;
  /** Of a silence, when it was noticed. */
  readonly lastAnomaly: number;
  /** Absent while open. */
  readonly resolved?: number;
  /** Samples and anomalies counted from `opened` to the last sample; the one that ended a silence is its only one. */
  readonly samples: number;
  readonly anomalies: number;
  readonly label?: Label;
  /** Those that the label replaced, oldest first: who said what, when. */
  readonly earlierLabels?: readonly Label[];
}

/** An item stays small; people do not change their minds more often. */
export const EARLIER_LABELS_MAX = 20;

export type NoticeKind = "opened" | "resolved";

/** Something to tell people: kept in the host's state until it was published. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly incident: Incident;
}

export type Severity = "warning" | "critical";

/** Scores beyond this multiple of epsilon are critical: a single metric is then far outside anything seen. */
const CRITICAL_RATIO = 3;

/** A silent host is critical: nobody knows what it does. */
export function severityOf({ kind, peak, epsilon }: Pick<Incident, "kind" | "peak" | "epsilon">): Severity {
  return kind === "silent" || peak.score >= CRITICAL_RATIO * epsilon ? "critical" : "warning";
}
