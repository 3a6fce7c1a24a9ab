import { setTimeout } from "node:timers/promises";

/** Waits, or returns early once the signal is aborted. It is passed in, so that a test need not wait. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Uniform in [0, 1), as Math.random is. */
export type Random = () => number;

export const sleep: Sleep = async (ms, signal) => {
  try {
    await setTimeout(ms, undefined, signal && { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
};

/**
 * Milliseconds to wait after that many failures in a row. Full jitter: clients that fail together retry apart
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 */
export function backoffMs(
  failures: number,
  random: Random,
  { baseMs, capMs }: { readonly baseMs: number; readonly capMs: number },
): number {
  return random() * Math.min(capMs, baseMs * 2 ** (failures - 1));
}
