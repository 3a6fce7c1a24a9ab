import { kindOf, SLOTS, WEEKDAYS, weekdayOf } from "./calendar.ts";
import type { RowPlaces } from "./slot-days.ts";

/** Days of a weekday that show when a host is usually off on it. */
const SAME_DAYS_MIN = 2;
/** This many workdays, or days of weekends, show when a host is usually off. Two of them may be outages. */
const ALIKE_OFF_MIN = 3;
/** People switch a host off at different times, so this share of the days is enough. */
const ALIKE_OFF_SHARE = 1 / 3;
/** This many days show when a host is usually on again. */
const ON_DAYS_MIN = 5;
/** A host that is off then on more days, as while a person works elsewhere, is not missed when it stays off. */
const OFF_SHARE_MAX = 0.1;

export const USUALLY_OFF = 1;
export const USUALLY_ON = 2;

/**
 * At weekday × SLOTS + slot whether the host is usually off then, or usually on; 0 if it is neither. It is off if it
 * was off then on most days of that weekday, or on a third of the workdays, or days of weekends, that have samples. It
 * is on if it was off then on no more than a tenth of all days, or of the workdays, or days of weekends. Undefined for a
 * host that was never off. The first and the last day of a history do not count, since they are not whole.
 */
export function usualAbsence({ days, day, slot }: RowPlaces): Uint8Array | undefined {
  const seen = new Set(day.map((d, row) => days[d]! * SLOTS + slot[row]!));
  const on = new Set(days);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const whole = Array.from({ length: Math.max(0, last - first - 1) }, (_, i) => first + 1 + i);
  const absence = new Uint8Array(WEEKDAYS * SLOTS);
  for (let weekday = 0; weekday < WEEKDAYS; weekday++) {
    const same = whole.filter((one) => weekdayOf(one) === weekday);
    const alike = whole.filter((one) => kindOf(weekdayOf(one)) === kindOf(weekday));
    // A day without samples may be an outage, which shows no habit.
    const alikeOn = alike.filter((one) => on.has(one));
    for (let s = 0; s < SLOTS; s++) {
      const seenOf = (some: readonly number[]): Days => ({
        off: some.filter((one) => !seen.has(one * SLOTS + s)).length,
        all: some.length,
      });
      const isOff = isUsuallyOff(seenOf(same), seenOf(alikeOn));
      const isOn = isUsuallyOn(seenOf(alike)) || isUsuallyOn(seenOf(whole));
      absence[weekday * SLOTS + s] = isOff ? USUALLY_OFF : isOn ? USUALLY_ON : 0;
    }
  }
  return absence.includes(USUALLY_OFF) ? absence : undefined;
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

function isUsuallyOn({ off, all }: Days): boolean {
  return all >= ON_DAYS_MIN && off <= OFF_SHARE_MAX * all;
}
