import { DAY_MS } from "../time.ts";

/** The counts of this process on one day (UTC), in all and by key. */
export interface DayCount {
  day: number;
  total: number;
  readonly byKey: Map<string, number>;
}

export interface DayLimits {
  readonly total: number;
  readonly perKey: number;
}

export function emptyDay(): DayCount {
  return { day: 0, total: 0, byKey: new Map() };
}

/** Whether the day of `now` (ms since the epoch) has room for one more of this key. A new day begins at 0. */
export function hasRoom(count: DayCount, key: string, now: number, limits: DayLimits): boolean {
  const day = Math.floor(now / DAY_MS);
  if (count.day !== day) {
    count.day = day;
    count.total = 0;
    count.byKey.clear();
  }
  return count.total < limits.total && (count.byKey.get(key) ?? 0) < limits.perKey;
}

/** Counts one more on the day of the last call of `hasRoom`. */
export function countOne(count: DayCount, key: string): void {
  count.total++;
  count.byKey.set(key, (count.byKey.get(key) ?? 0) + 1);
}
