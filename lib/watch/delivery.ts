export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** When it reached the stream, in milliseconds since the epoch. */
  readonly arrival: number;
  /** Base64, as Lambda hands it over. */
  readonly data: string;
}

/** The time by which the work on a batch must end. */
export interface Time {
  readonly clock: () => number;
  /** By the clock, in milliseconds. */
  readonly deadline: number;
}

/** The work on a batch, with the failures so far. */
export interface Run extends Time {
  /**
   * Positions of records that must be delivered again, and why; an infinite position stands for work that is not
   * repeated.
   */
  readonly failed: { readonly position: number; readonly failure: Failure }[];
}

export interface Failure {
  readonly what: string;
  readonly error: unknown;
}
