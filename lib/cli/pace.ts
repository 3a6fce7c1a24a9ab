import { setTimeout as sleep } from "node:timers/promises";

/** The values in batches of one time (ms since the epoch), each not before its time. What is overdue comes at once. */
export async function* paced<T>(
  values: Iterable<T>,
  timeOf: (value: T) => number,
  clock: () => number,
): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for (const value of values) {
    const [first] = batch;
    if (first !== undefined && timeOf(first) !== timeOf(value)) {
      yield* due(batch, timeOf(first), clock);
      batch = [];
    }
    batch.push(value);
  }
  const [first] = batch;
  if (first !== undefined) yield* due(batch, timeOf(first), clock);
}

async function* due<T>(batch: readonly T[], time: number, clock: () => number): AsyncGenerator<readonly T[]> {
  await sleep(Math.max(0, time - clock()));
  yield batch;
}
