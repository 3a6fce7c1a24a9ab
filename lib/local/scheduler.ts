import * as v from "valibot";
import { messageOf } from "../errors.ts";
import { SCHEDULES } from "../resources.ts";
import { type Clock, MINUTE_MS, SECOND_MS } from "../time.ts";
import { StateFile } from "./files.ts";
import { type Functions, STARTABLES, type Startable } from "./functions.ts";
import type { Timer } from "./timer.ts";

const LAST_RUNS = v.record(v.string(), v.number());

/** When each function ran last, in milliseconds since the epoch. */
type LastRuns = v.InferOutput<typeof LAST_RUNS>;

const TICK_MS = SECOND_MS;
/**
 * Lambda retries a failed scheduled run after a minute
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
 */
const RETRY_MS = MINUTE_MS;

export interface SchedulerOptions {
  readonly functions: Pick<Functions, "start">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: (line: string) => void;
  /** The file with the times of the last runs; without it they live in memory. */
  readonly path?: string;
}

/**
 * Runs the scheduled functions until the signal aborts, each at most once at a time. The first run comes one interval
 * after the first start. A run that came due while the twin was off starts at once.
 */
export async function runSchedules(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const file = new StateFile(options.path, LAST_RUNS);
  const lastRuns = (await file.read()) ?? {};
  const now = options.clock();
  for (const name of STARTABLES) lastRuns[name] = Math.min(lastRuns[name] ?? now, now);
  await save(file, lastRuns, options.log);
  await Promise.all(
    STARTABLES.map(async (name) => {
      const intervalMs = SCHEDULES[name] * SECOND_MS;
      let due = (lastRuns[name] ?? now) + intervalMs;
      while (!signal.aborted) {
        await options.timer.sleep(TICK_MS, signal);
        // A clock that was set back delays the next run by its interval at most.
        due = Math.min(due, options.clock() + Math.max(intervalMs, RETRY_MS));
        if (signal.aborted || options.clock() < due) continue;
        const succeeded = await succeeds(name, options);
        due = succeeded ? nextDue(due, intervalMs, options.clock()) : options.clock() + RETRY_MS;
        lastRuns[name] = due - intervalMs;
        await save(file, lastRuns, options.log);
      }
    }),
  );
}

/** Keeps the rhythm and does not catch up on missed runs. */
function nextDue(due: number, intervalMs: number, now: number): number {
  return due + intervalMs > now ? due + intervalMs : now + intervalMs;
}

/** The functions log their failures themselves. */
async function succeeds(name: Startable, { functions }: SchedulerOptions): Promise<boolean> {
  try {
    await functions.start(name, {});
    return true;
  } catch {
    return false;
  }
}

async function save(file: StateFile<LastRuns>, times: LastRuns, log: (line: string) => void): Promise<void> {
  await file.save(times).catch((error: unknown) => {
    log(`The times of the last scheduled runs could not be kept: ${messageOf(error)}`);
  });
}
