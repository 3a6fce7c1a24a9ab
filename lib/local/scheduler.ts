import * as v from "valibot";
import type { Sleep } from "../backoff.ts";
import { SCHEDULES } from "../resources.ts";
import { type Clock, SECOND_MS } from "../time.ts";
import { createStateFile } from "./files.ts";
import { type Functions, STARTABLES } from "./functions.ts";

/** When each function ran last, in milliseconds since the epoch. */
const LAST_RUNS = v.record(v.string(), v.number());

const TICK_MS = SECOND_MS;
export interface SchedulerOptions {
  readonly functions: Pick<Functions, "start">;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly log: (line: string) => void;
  /** The file with the times of the last runs; without it they live in memory. */
  readonly path?: string;
}

/**
 * Runs the scheduled functions until the signal aborts, each at most once at a time. The first run comes one interval
 * after the first start. A run that came due while the twin was off starts at once.
 */
export async function runSchedules(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const file = createStateFile({
    path: options.path,
    schema: LAST_RUNS,
    loss: "After a start without it the schedules of sweep and refit begin anew.",
    log: options.log,
  });
  const lastRuns = (await file.read()) ?? {};
  const now = options.clock();
  for (const name of STARTABLES) lastRuns[name] = Math.min(lastRuns[name] ?? now, now);
  await file.save(lastRuns);
  await Promise.all(
    STARTABLES.map(async (name) => {
      const intervalMs = SCHEDULES[name] * SECOND_MS;
      let due = (lastRuns[name] ?? now) + intervalMs;
      while (!signal.aborted) {
        await options.sleep(TICK_MS, signal);
        // A clock that was set back delays the next run by its interval at most.
        due = Math.min(due, options.clock() + intervalMs);
        if (signal.aborted || options.clock() < due) continue;
        // The functions log their failures themselves. As in the stack, the next run does what a failed one left.
        await options.functions.start(name, {}).catch(() => undefined);
        const ended = options.clock();
        // Keeps the rhythm and does not catch up on missed runs.
        due = due + intervalMs > ended ? due + intervalMs : ended + intervalMs;
        lastRuns[name] = due - intervalMs;
        await file.save(lastRuns);
      }
    }),
  );
}
