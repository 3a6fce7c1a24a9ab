import { setTimeout } from "node:timers/promises";

/** Waiting, apart from the clock of the data: a replay has virtual time but waits in real time. */
export interface Timer {
  /** Milliseconds from an arbitrary start; never goes back. */
  now(): number;
  /** Returns early once the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemTimer: Timer = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await setTimeout(ms, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
};

/** Milliseconds to wait after that many failures in a row: full jitter, so that those who failed together come back apart. */
export function fullJitter(
  failures: number,
  random: () => number,
  { baseMs, capMs }: { readonly baseMs: number; readonly capMs: number },
): number {
  return random() * Math.min(capMs, baseMs * 2 ** (failures - 1));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
