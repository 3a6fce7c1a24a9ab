import { SLOTS, WEEKDAYS, weekdayOf } from "./calendar.ts";
import type { RowPlaces } from "./slot-days.ts";

/** Days of a weekday that show when a host is usually off on it. */
const SAME_DAYS_MIN = 2;

/**
 * 1 at weekday × SLOTS + slot if the host sent nothing then on most days of that weekday. Undefined for a host that
 * was never off. The first and the last day of a history are not whole.
 */
export function weeklyAbsence({ days, day, slot }: RowPlaces): Uint8Array | undefined {
  const seen = new Set(day.map((d, row) => days[d]! * SLOTS + slot[row]!));
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const [absent, all] = [new Uint16Array(WEEKDAYS * SLOTS), new Uint16Array(WEEKDAYS)];
  for (let one = first + 1; one < last; one++) {
    const weekday = weekdayOf(one);
    all[weekday]!++;
    for (let s = 0; s < SLOTS; s++) if (!seen.has(one * SLOTS + s)) absent[weekday * SLOTS + s]!++;
  }
  const isOff = (count: number, place: number) => {
    const known = all[Math.floor(place / SLOTS)]!;
    return known >= SAME_DAYS_MIN && 2 * count > known;
  };
  const off = Uint8Array.from(absent, (count, place) => (isOff(count, place) ? 1 : 0));
  return off.includes(1) ? off : undefined;
}
