import { DAY_MS } from "../time.ts";

/**
 * What a process lets a day bring that is new: each host is read by every sweep, and each list of metric names is an
 * item. More than any fleet grows; made-up names are beyond it.
 */
export const NEW_HOSTS_MAX = 20_000;
const NEW_LISTS_MAX = 2_000;
/** One host's: containers that come and go change the list a few times an hour. */
const NEW_LISTS_OF_HOST_MAX = 200;

/** What was new to this process on one day (UTC). */
export interface Newcomers {
  day: number;
  hosts: number;
  lists: number;
  readonly listsOf: Map<string, number>;
}

export function noNewcomers(): Newcomers {
  return { day: 0, hosts: 0, lists: 0, listsOf: new Map() };
}

/** Counts one more host; false when the day has brought enough. */
export function mayJoin(newcomers: Newcomers, now: number): boolean {
  beginDay(newcomers, now);
  if (newcomers.hosts >= NEW_HOSTS_MAX) return false;
  newcomers.hosts++;
  return true;
}

/** Whether a host may bring one more list of metric names. */
export function mayBring(newcomers: Newcomers, host: string, now: number): boolean {
  beginDay(newcomers, now);
  return newcomers.lists < NEW_LISTS_MAX && (newcomers.listsOf.get(host) ?? 0) < NEW_LISTS_OF_HOST_MAX;
}

/** Counts a list that the host brought. */
export function noteBrought(newcomers: Newcomers, host: string): void {
  newcomers.lists++;
  newcomers.listsOf.set(host, (newcomers.listsOf.get(host) ?? 0) + 1);
}

function beginDay(newcomers: Newcomers, now: number): void {
  const day = Math.floor(now / DAY_MS);
  if (newcomers.day === day) return;
  newcomers.day = day;
  newcomers.hosts = 0;
  newcomers.lists = 0;
  newcomers.listsOf.clear();
}
