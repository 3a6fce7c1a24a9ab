import type { Clock } from "../time.ts";
import {
  begin,
  type Discard,
  expire,
  type MappedRecord,
  type MappingSettings,
  type Outcome,
  settle,
  type Work,
} from "./mapping.ts";

/** The effects of a batch. Each may throw; a batch whose `discard` or `checkpoint` threw is read again. */
export interface BatchPorts<R extends MappedRecord> {
  /** Runs the function on the records. It throws the function's failure, which the function reports itself. */
  invoke(records: readonly R[]): Promise<unknown>;
  /** Stores records that are given up; they count as processed once this returns. */
  discard(discard: Discard<R>): Promise<void>;
  /** Records that everything up to and including this record is processed. */
  checkpoint(last: R): Promise<void>;
  /** Waits before the next attempt; `failures` counts failed invocations in a row. False: stop, the twin is closing. */
  pause(failures: number): Promise<boolean>;
  readonly clock: Clock;
}

/**
 * Takes a batch through the mapping, in order, until each record is processed or discarded. False when `pause` asked to
 * stop: records without a checkpoint are then read again.
 */
export async function processBatch<R extends MappedRecord>(
  records: readonly R[],
  settings: MappingSettings,
  ports: BatchPorts<R>,
): Promise<boolean> {
  const queue: Work<R>[] = [...begin(records)];
  let failuresInRow = 0;
  for (let work = queue.shift(); work; work = queue.shift()) {
    const expired = expire(work, ports.clock(), settings);
    const step = expired ?? settle(work, await invoked(work, ports), settings);
    queue.unshift(...step.next);
    if (step.discarded) await ports.discard(step.discarded);
    const last = step.discarded?.records.at(-1) ?? step.done.at(-1);
    if (last) await ports.checkpoint(last);
    if (expired) continue;
    if (step.done.length > 0) failuresInRow = 0;
    if (step.next.length > 0) failuresInRow += 1;
    if (failuresInRow > 0 && !(await ports.pause(failuresInRow))) return false;
  }
  return true;
}

async function invoked<R extends MappedRecord>(work: Work<R>, ports: BatchPorts<R>): Promise<Outcome> {
  try {
    return { kind: "returned", response: await ports.invoke(work.records) };
  } catch {
    return { kind: "threw" };
  }
}
