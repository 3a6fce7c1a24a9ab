/** Consecutive refits of one owner that were all refused. */
export interface Refusal {
  /** `host#…` or `group#…`. */
  readonly owner: string;
  /** When the first and the last of them were, in milliseconds since the epoch. */
  readonly since: number;
  readonly at: number;
  /** Why the last one was. */
  readonly refused: string;
  /** Whether people were notified. */
  readonly told: boolean;
}
