import { sleep } from "../backoff.ts";

/** Overdue values in one batch, to limit memory. */
const OVERDUE_MAX = 10_000;

/**
 * Yields one batch for each time (ms since the epoch), never early. Overdue values come at once, many times in a batch.
 */
export async function* paced<T>(
  values: Iterable<T>,
  timeOf: (value: T) => number,
  clock: () => number,
): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    const time = timeOf(value);
    const fits = time === newest || (time <= clock() && batch.length < OVERDUE_MAX);
    if (batch.length > 0 && !fits) {
      await sleep(Math.max(0, newest - clock()));
      yield batch;
      batch = [];
    }
    batch.push(value);
    newest = time;
  }
  if (batch.length === 0) return;
  await sleep(Math.max(0, newest - clock()));
  yield batch;
}
