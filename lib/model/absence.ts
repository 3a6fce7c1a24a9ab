import { kindOf, SLOTS, WEEKDAYS, weekdayOf } from "./calendar.ts";
import type { RowPlaces } from "./slot-days.ts";

/** Days of a weekday that show when a host is usually off on it. */
const SAME_DAYS_MIN = 2;
/** This many workdays, or days of weekends, show when a host is usually off. Two of them may be outages. */
const ALIKE_OFF_MIN = 3;
/** People switch a host off at different times, so this share of the days is enough. */
const ALIKE_OFF_SHARE = 1 / 3;

/**
 * 1 at weekday × SLOTS + slot if the host was off then on most days of that weekday. Also 1 if it was off then on a
 * third of the workdays, or days of weekends, that have samples. Undefined for a host that was never off. The first and
 * the last day of a history do not count, since they are not whole.
 */
export function usualAbsence({ days, day, slot }: RowPlaces): Uint8Array | undefined {
  const seen = new Set(day.map((d, row) => days[d]! * SLOTS + slot[row]!));
  const on = new Set(days);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const whole = Array.from({ length: Math.max(0, last - first - 1) }, (_, i) => first + 1 + i);
  const off = new Uint8Array(WEEKDAYS * SLOTS);
  for (let weekday = 0; weekday < WEEKDAYS; weekday++) {
    const same = whole.filter((one) => weekdayOf(one) === weekday);
    // A day without samples may be an outage, which shows no habit.
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

/** If the host was always on then on a weekday, that weekday has a habit of its own. */
function isUsuallyOff(same: Days, alike: Days): boolean {
  const isKnown = same.all >= SAME_DAYS_MIN;
  if (isKnown && same.off === 0) return false;
  if (isKnown && 2 * same.off > same.all) return true;
  return alike.off >= ALIKE_OFF_MIN && alike.off >= ALIKE_OFF_SHARE * alike.all;
}
