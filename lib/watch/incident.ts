export const VERDICTS = ["fault", "false", "expected", "new-normal", "unknown"] as const;

/** A person's verdict on an incident. */
export type Verdict = (typeof VERDICTS)[number];

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

/** What a person said who takes care of it: no reminder follows. */
export interface Acknowledgement {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly by: string;
}

/** A rule that held for as long as it has to, with what it looked at when it began to count. */
export interface RuleHit {
  /** The rule as it is written, like `cpu > 95 for 2m`, or the name it was given. */
  readonly rule: string;
  readonly severity: Severity;
  /** Since when its condition holds, in milliseconds since the epoch. */
  readonly since: number;
  readonly values: readonly { readonly metric: string; readonly now: number }[];
}

/** How many hosts of a group are in trouble together. */
export interface Extent {
  /** Hosts attached so far. */
  readonly affected: number;
  /** Hosts of the group that were reporting when it opened. */
  readonly total: number;
  /** How many of the affected are silent. */
  readonly silent: number;
  /** How many were still in trouble when it was over; `first` then names these. */
  readonly remaining?: number;
  /** The first of them, at most `EXTENT_HOSTS_MAX`, in the order in which they opened. */
  readonly first: readonly { readonly host: string; readonly id: string }[];
}

export const EXTENT_HOSTS_MAX = 5;

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
 * A run of anomalies or rule hits of one host, its silence, or the trouble of many hosts of a group at once. Times are in
 * milliseconds since the epoch. Of a silence, the peak is the last sample, with what it was judged by (version 0: nothing
 * yet); there are no causes. Of a fleet's, peak, epsilon, baseline and causes are those of the worst of its hosts, and `host` is
 * `group#…`; samples and anomalies are those of the hosts that opened it, together.
 */
export interface Incident extends Worst {
  /** Absent of a run of anomalies or rule hits. */
  readonly kind?: "silent" | "fleet";
  /** Six letters and digits without look-alikes; a function of host and `opened`. */
  readonly id: string;
  readonly host: string;
  readonly group: string;
  /** Counts the changes of this incident; a message that arrives twice carries the same id and revision. */
  readonly revision: number;
  /** Time of the first of the anomalous samples that opened it; of a silence, a millisecond after the last sample. */
  readonly opened: number;
  /** Of a silence, when it was noticed; of a fleet's, when it last grew. */
  readonly lastAnomaly: number;
  /** Absent while open. */
  readonly resolved?: number;
  /** What became of the host instead of normal. */
  readonly ending?: Ending;
  /** Samples and anomalies counted from `opened` to the last sample; the one that ended a silence is its only one. */
  readonly samples: number;
  readonly anomalies: number;
  /** The rules that opened it or joined it, in that order, at most `RULE_HITS_MAX`; absent without any. */
  readonly rules?: readonly RuleHit[];
  /** Of a fleet's incident only. */
  readonly extent?: Extent;
  /** Id of the fleet's incident that this host's is part of: people hear of that one instead. */
  readonly fleet?: string;
  /** Part of a fleet's incident, but people had been told of it before: so they are told of its end, too. */
  readonly told?: true;
  /** Set by what became of it: opened too often of late and so held open; asked whether it is the new normal; reminded of; sent by SMS. */
  readonly unstable?: true;
  readonly asked?: true;
  readonly reminded?: true;
  readonly texted?: true;
  readonly acknowledged?: Acknowledgement;
  readonly label?: Label;
  /** Those that the label replaced, oldest first: who said what, when. */
  readonly earlierLabels?: readonly Label[];
}

/** An item stays small; people do not change their minds more often. */
export const EARLIER_LABELS_MAX = 20;

/** The host sends nothing any more, or it has left the fleet: it said goodbye, or was retired. */
export const ENDINGS = ["silent", "gone"] as const;

export type Ending = (typeof ENDINGS)[number];

/** A host's rules are told apart by their text; more at once tell people nothing new. */
export const RULE_HITS_MAX = 3;

/**
 * `worsened`: a warning became critical. `unstable`: it opened too often within half an hour and is held open from now on, without
 * further notices until it is over, but that it has become critical. `shifted`: anomalous for six hours but steady, so people are asked once whether this is the new normal.
 * `reminder`: critical, and for four hours nobody has acknowledged or labelled it.
 */
export type NoticeKind = "opened" | "worsened" | "unstable" | "shifted" | "reminder" | "resolved";

/** Whether it is the first that people hear of an incident. */
export function isOpening(kind: NoticeKind): boolean {
  return kind === "opened" || kind === "unstable";
}

/** Something to tell people: kept in the host's state until it was published. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly incident: Incident;
}

export type Severity = "warning" | "critical";

/** Scores beyond this multiple of epsilon are critical: a single metric is then far outside anything seen. */
export const CRITICAL_RATIO = 3;

/** A silent host is critical, since nobody knows what it does, and so are many at once. A rule says itself what it is. */
export function severityOf(incident: Pick<Incident, "kind" | "peak" | "epsilon" | "rules">): Severity {
  const { kind, rules = [] } = incident;
  if (kind !== undefined || rules.some(({ severity }) => severity === "critical")) return "critical";
  return ratioOf(incident) >= CRITICAL_RATIO ? "critical" : "warning";
}

/** How many times epsilon the peak is: what scores of different baselines are compared by. 0 without a baseline. */
export function ratioOf({ peak, epsilon }: Pick<Incident, "peak" | "epsilon">): number {
  return epsilon > 0 ? peak.score / epsilon : 0;
}

/** Whether people said that nothing was wrong. A new normal is a false alarm whose cause stays. */
export function isFalseAlarm(label: Label | undefined): boolean {
  return label?.verdict === "false" || label?.verdict === "new-normal";
}
