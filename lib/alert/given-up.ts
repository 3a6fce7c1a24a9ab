import { listed } from "../listed.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";

/** What Lambda gave up on and put into the failures bucket: batches of records, refits, alerts for a service. */
export interface GivenUpStore {
  /** The keys of the objects since a time (milliseconds since the epoch). */
  since(time: number): Promise<readonly string[]>;
}

export interface GivenUpPorts {
  readonly givenUp: GivenUpStore;
  readonly log: (what: string, error: unknown) => void;
  /** Receives the number of new objects, if there are any. */
  readonly count: (objects: number) => void;
}

/** A process's memory between looks. Without it, the next look counts the objects of the last hour again. */
export interface GivenUpMemory {
  /** Milliseconds since the epoch. */
  looked?: number;
  /** The objects of the last hour that are counted already. */
  counted?: ReadonlySet<string>;
}

/** Between two looks: each is a request to the bucket, which costs as much as eight writes of a state. */
export const GIVEN_UP_EVERY_MS = 5 * MINUTE_MS;
const WITHIN_MS = HOUR_MS;
/** Names in one line of the log. */
const NAMED_MAX = 10;

/**
 * Every five minutes, however often it is called: counts what Lambda gave up on since the last look, and names it in
 * the log. A look that fails is thrown, and the next call repeats it.
 */
export async function countGivenUp({ givenUp, log, count }: GivenUpPorts, memory: GivenUpMemory, now: number) {
  if (memory.looked !== undefined && now - memory.looked < GIVEN_UP_EVERY_MS) return;
  const keys = await givenUp.since(now - WITHIN_MS);
  const fresh = keys.filter((key) => !memory.counted?.has(key));
  memory.looked = now;
  memory.counted = new Set(keys);
  if (fresh.length === 0) return;
  count(fresh.length);
  log("given up, and kept in the failures bucket", listed(fresh, NAMED_MAX));
}
