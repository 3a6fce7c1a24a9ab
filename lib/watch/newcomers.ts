import { countOne, type DayCount, emptyDay, hasRoom } from "./day-count.ts";

/**
 * Limits on new hosts and lists of names that a process takes in a day. Each host is read by every sweep, and each list
 * of metric names is an item. No fleet grows faster; made-up names exceed the limits.
 */
export const NEW_HOSTS_MAX = 20_000;
const NEW_LISTS_MAX = 2_000;
/** Containers that come and go change the list of one host a few times an hour. */
const NEW_LISTS_OF_HOST_MAX = 200;
const HOSTS = { total: NEW_HOSTS_MAX, perKey: NEW_HOSTS_MAX };
const LISTS = { total: NEW_LISTS_MAX, perKey: NEW_LISTS_OF_HOST_MAX };

/** Hosts and lists that were new to this process. */
export interface Newcomers {
  readonly hosts: DayCount;
  /** Counts by the host that brought the lists. */
  readonly lists: DayCount;
}

export function noNewcomers(): Newcomers {
  return { hosts: emptyDay(), lists: emptyDay() };
}

/** Counts one more host; false when the limit of the day is reached. */
export function mayJoin({ hosts }: Newcomers, now: number): boolean {
  if (!hasRoom(hosts, "", now, HOSTS)) return false;
  countOne(hosts, "");
  return true;
}

/** Whether a host may bring one more list of metric names. */
export function mayBring({ lists }: Newcomers, host: string, now: number): boolean {
  return hasRoom(lists, host, now, LISTS);
}

/** Counts a list that the host brought. */
export function noteBrought({ lists }: Newcomers, host: string): void {
  countOne(lists, host);
}
