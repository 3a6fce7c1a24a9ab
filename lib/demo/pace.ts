import { sleep } from "../backoff.ts";

/** Values that are overdue and held in memory at once. */
const OVERDUE_MAX = 10_000;

/** The values in batches of one time (ms since the epoch), none before its time. Overdue ones come together. */
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
