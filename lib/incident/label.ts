export const VERDICTS = ["fault", "false", "expected", "new-normal", "unknown"] as const;

/** A person's verdict on an incident. */
export type Verdict = (typeof VERDICTS)[number];

/**
 * Where a fault came from. People detect anomalies to find hardware faults, software bugs, security breaches, and
 * machines that wear out or fill up. Networks and changes are the two other usual causes of failures.
 */
export const CATEGORIES = [
  "hardware",
  "software",
  "network",
  "security",
  "capacity",
  "configuration",
  "other",
] as const;

export type Category = (typeof CATEGORIES)[number];

export interface Label {
  readonly verdict: Verdict;
  /** Only of a fault; absent if nobody said it. */
  readonly category?: Category;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly by: string;
  readonly note?: string;
}

/** Whether people said that nothing was wrong. A new normal is a false alarm whose cause stays. */
export function isFalseAlarm(label: Label | undefined): boolean {
  return label?.verdict === "false" || label?.verdict === "new-normal";
}

/** `fault (hardware)` */
export function labelInBrief({ verdict, category }: Label): string {
  return category === undefined ? verdict : `${verdict} (${category})`;
}

/** Keeps the item small; nobody changes a label more often. */
export const EARLIER_LABELS_MAX = 20;

/** A person takes care of the incident: no reminder follows. */
export interface Acknowledgement {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly by: string;
}
