import { setTimeout } from "node:timers/promises";
import type { Clock } from "../time.ts";

/** Waits, or returns early when the signal is aborted. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Uniform in [0, 1), as Math.random is. */
export type Random = () => number;

/** The Sleep of real time. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

const BACKOFF_BASE_MS = 200;
/** Once a stream is back, every host is heard within this time. */
const BACKOFF_CAP_MS = 30_000;

/** Full-jitter exponential backoff in ms (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). */
export function backoffMs(attempt: number, random: Random): number {
  return random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** attempt);
}

/**
 * The multiples of an interval on the wall clock, each as it comes. One that is over when we get to it (a sleeping
 * laptop, a slow reading) is skipped: nothing can be read about the past.
 */
export async function* ticks(
  intervalMs: number,
  { clock, sleep, signal }: { readonly clock: Clock; readonly sleep: Sleep; readonly signal: AbortSignal },
): AsyncGenerator<number, void> {
  while (!signal.aborted) {
    const now = clock();
    const next = (Math.floor(now / intervalMs) + 1) * intervalMs;
    await sleep(next - now, signal);
    const lateMs = clock() - next;
    // Timers may fire a little early; the next turn waits for the rest.
    if (!signal.aborted && lateMs >= 0 && lateMs < intervalMs) yield next;
  }
}
