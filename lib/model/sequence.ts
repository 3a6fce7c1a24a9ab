/** One sample, of D values. */
export interface Before {
  readonly values: Float64Array;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Samples of one host in the order of time. */
export interface Sequence {
  /** Row-major, D values each, NaN = missing. */
  readonly values: Float64Array;
  /** Milliseconds since the epoch, ascending. */
  readonly times: ArrayLike<number>;
  /** The sample before the first; absent for the first ever. */
  readonly before?: Before;
}
