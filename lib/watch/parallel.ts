/** Stores worked on at once: enough to hide their latency, few enough for their connections. */
export const AT_ONCE = 32;

/** Does the work for every item, for at most `limit` of them at once. */
export async function inParallel<T>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
