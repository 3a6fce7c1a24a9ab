/** Refits of one owner, all of them refused since one. */
export interface Refusal {
  /** `host#…` or `group#…`. */
  readonly owner: string;
  /** When the first and the last of them were, in milliseconds since the epoch. */
  readonly since: number;
  readonly at: number;
  /** Why the last one was. */
  readonly refused: string;
  /** Whether people were told. */
  readonly told: boolean;
}
