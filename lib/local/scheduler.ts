import { messageOf } from "../errors.ts";
import { SCHEDULES } from "../resources.ts";
import { type Clock, MINUTE_MS } from "../time.ts";
import type { Functions, Startable } from "./functions.ts";
import { StateFile } from "./state-file.ts";
import type { Timer } from "./timer.ts";

const TICK_MS = 1_000;
/** Lambda waits a minute before it tries a failed scheduled run again (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). */
const RETRY_MS = MINUTE_MS;

export interface SchedulerOptions {
  readonly functions: Pick<Functions, "start">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: (line: string) => void;
  /** Where the times of the last runs are kept; absent: memory. */
  readonly path?: string;
}

/**
 * Runs the scheduled functions until the signal aborts, each at most once at a time. The first run is one interval after
 * the first start; one that came due while the twin was off runs at once.
 */
export async function runSchedules(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const file = new StateFile(options.path);
  const lastRuns = parseTimes(await file.read(), file);
  const now = options.clock();
  const schedules = scheduled().map((name) => ({ name, intervalMs: SCHEDULES[name] * 1_000 }));
  for (const { name } of schedules) lastRuns.set(name, Math.min(lastRuns.get(name) ?? now, now));
  await save(file, lastRuns, options.log);
  await Promise.all(
    schedules.map(async ({ name, intervalMs }) => {
      let due = (lastRuns.get(name) ?? now) + intervalMs;
      while (!signal.aborted) {
        await options.timer.sleep(TICK_MS, signal);
        // A clock that was set back must not put off the next run by more than its interval.
        due = Math.min(due, options.clock() + Math.max(intervalMs, RETRY_MS));
        if (signal.aborted || options.clock() < due) continue;
        const succeeded = await succeeds(name, options);
        due = succeeded ? nextDue(due, intervalMs, options.clock()) : options.clock() + RETRY_MS;
        lastRuns.set(name, due - intervalMs);
        await save(file, lastRuns, options.log);
      }
    }),
  );
}

/** Keeps to the rhythm; runs that were missed are not made up for. */
function nextDue(due: number, intervalMs: number, now: number): number {
  return due + intervalMs > now ? due + intervalMs : now + intervalMs;
}

/** Its failure is logged by the functions themselves. */
async function succeeds(name: Startable, { functions }: SchedulerOptions): Promise<boolean> {
  try {
    await functions.start(name, {});
    return true;
  } catch {
    return false;
  }
}

function scheduled(): readonly Startable[] {
  return Object.keys(SCHEDULES).filter((name): name is Startable => name in SCHEDULES);
}

function parseTimes(stored: unknown, file: StateFile): Map<string, number> {
  const times = new Map<string, number>();
  if (stored === undefined) return times;
  if (typeof stored !== "object" || stored === null) throw file.unreadable();
  for (const [name, time] of Object.entries(stored)) {
    if (typeof time !== "number") throw file.unreadable();
    times.set(name, time);
  }
  return times;
}

async function save(file: StateFile, times: ReadonlyMap<string, number>, log: (line: string) => void): Promise<void> {
  await file.save(Object.fromEntries(times)).catch((error: unknown) => {
    log(`The times of the last scheduled runs could not be kept: ${messageOf(error)}`);
  });
}
