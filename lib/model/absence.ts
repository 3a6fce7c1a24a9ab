import { kindOf, SLOTS, WEEKDAYS, weekdayOf } from "./calendar.ts";
import type { RowPlaces } from "./slot-days.ts";

/** Days of a weekday that show when a host is usually off on it. */
const SAME_DAYS_MIN = 2;
/** Days of one kind on which a host was off for a while: two may be outages. */
const ALIKE_OFF_MIN = 3;
/** People switch hosts off sooner on some days than on others: a third of the days shows a time that is usual. */
const ALIKE_OFF_SHARE = 1 / 3;

/**
 * 1 at weekday × SLOTS + slot if the host was off then on most days of that weekday, or on a third of the workdays (or
 * days of weekends) on which it was on at all. Undefined for a host that was never off. The first and the last day of a
 * history are not whole.
 */
export function usualAbsence({ days, day, slot }: RowPlaces): Uint8Array | undefined {
  const seen = new Set(day.map((d, row) => days[d]! * SLOTS + slot[row]!));
  const on = new Set(days);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const whole = Array.from({ length: Math.max(0, last - first - 1) }, (_, i) => first + 1 + i);
  const off = new Uint8Array(WEEKDAYS * SLOTS);
  for (let weekday = 0; weekday < WEEKDAYS; weekday++) {
    const same = whole.filter((one) => weekdayOf(one) === weekday);
    // An outage of days shows no habit of the hour.
    const alike = whole.filter((one) => on.has(one) && kindOf(weekdayOf(one)) === kindOf(weekday));
    for (let s = 0; s < SLOTS; s++) {
      const offOn = (some: readonly number[]) => some.filter((one) => !seen.has(one * SLOTS + s)).length;
      const isUsual = isUsuallyOff({ off: offOn(same), all: same.length }, { off: offOn(alike), all: alike.length });
      off[weekday * SLOTS + s] = Number(isUsual);
    }
  }
  return off.includes(1) ? off : undefined;
}

interface Days {
  readonly off: number;
  readonly all: number;
}

/** A weekday on which the host was never off then has habits of its own. */
function isUsuallyOff(same: Days, alike: Days): boolean {
  if (same.all >= SAME_DAYS_MIN && same.off === 0) return false;
  if (same.all >= SAME_DAYS_MIN && 2 * same.off > same.all) return true;
  return alike.off >= ALIKE_OFF_MIN && alike.off >= ALIKE_OFF_SHARE * alike.all;
}
