import { type Sleep, sleep } from "../backoff.ts";

/** Waiting is separate from the clock of the data: a replay has virtual time but waits in real time. */
export interface Timer {
  /** Milliseconds from an arbitrary start; never goes back. */
  now(): number;
  readonly sleep: Sleep;
}

export const systemTimer: Timer = { now: () => performance.now(), sleep };
