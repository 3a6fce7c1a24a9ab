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

/** Whether people said that nothing was wrong. A new normal is a false alarm whose cause stays. */
export function isFalseAlarm(label: Label | undefined): boolean {
  return label?.verdict === "false" || label?.verdict === "new-normal";
}

/** Keeps the item small; nobody changes a label more often. */
export const EARLIER_LABELS_MAX = 20;

/** A person takes care of the incident: no reminder follows. */
export interface Acknowledgement {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly by: string;
}
