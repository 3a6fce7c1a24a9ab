/** Most lost races end with the second attempt. */
const ATTEMPTS_MAX = 5;

/**
 * Repeats an attempt to read, decide and write until no other writer is faster, which an attempt reports as undefined.
 * Throws after the last attempt; `what` names the stored thing.
 */
export async function retryOnConflict<T>(
  what: string,
  attempt: () => Promise<T | undefined>,
  attempts = ATTEMPTS_MAX,
): Promise<T> {
  const result = await retryQuietly(attempts, attempt);
  if (result === undefined) throw new Error(`lost ${attempts} races for ${what}: it is safe to try again`);
  return result;
}

/** The same; undefined after the last attempt. */
export async function retryQuietly<T>(attempts: number, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let left = attempts; left > 0; left--) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  return undefined;
}
