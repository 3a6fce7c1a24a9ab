import type { Sleep } from "../backoff.ts";
import type { Clock } from "../time.ts";

/** Once a stream is back, every host sends to it within the longest wait. */
export const RETRY = { baseMs: 200, capMs: 30_000 };

/**
 * The multiples of an interval on the wall clock, each when it comes. A multiple that is over by then (a sleeping
 * laptop, a slow reading) is skipped: the past cannot be sampled.
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
    // Timers may fire a little early: the next turn waits for the rest.
    if (!signal.aborted && lateMs >= 0 && lateMs < intervalMs) yield next;
  }
}
