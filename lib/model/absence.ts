import { kindOf, SLOTS, WEEKDAYS, weekdayOf } from "./calendar.ts";
import type { RowPlaces } from "./slot-days.ts";

/** Days of a weekday that show when a host is usually off on it. */
const SAME_DAYS_MIN = 2;
/** It is no chance that a host was never off on a weekday if days like the others would show that more seldom. */
const CHANCE_MAX = 0.1;
/** Days alike on which a host was off show when it is usually off: at least this many, and this share of all. */
const RARELY_OFF = { days: 3, share: 1 / 3 };
/**
 * People switch a host off if it is off at some time on half of the days, and on some days they do so sooner. Other
 * hosts need more days, since two may be outages.
 */
const OFTEN_OFF = { days: 2, share: 0.1 };
const OFTEN_SHARE = 1 / 2;
/** This many days show when a host is usually on again. */
const ON_DAYS_MIN = 5;
/** A host that is off then on more days, as while a person works elsewhere, is not missed when it stays off. */
const OFF_SHARE_MAX = 0.1;

export const USUALLY_OFF = 1;
export const USUALLY_ON = 2;

/**
 * At weekday × SLOTS + slot: USUALLY_OFF, USUALLY_ON, or 0 for neither. Days alike are all workdays, or all days of
 * weekends. A host is usually off if it sent nothing then on most days of that weekday. The same holds if it sent
 * nothing on enough of the days alike, not counting those without any sample. A host is usually on if it sent something
 * then on nine of ten days, or of the days alike. The first and the last day are not whole and do not count. Undefined
 * for a host that was never off.
 */
export function usualAbsence({ days, day, slot }: RowPlaces): Uint8Array | undefined {
  const seen = new Set(day.map((d, row) => days[d]! * SLOTS + slot[row]!));
  const on = new Set(days);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const whole = Array.from({ length: Math.max(0, last - first - 1) }, (_, i) => first + 1 + i);
  const seenAt = (s: number, some: readonly number[]): Days => ({
    off: some.filter((one) => !seen.has(one * SLOTS + s)).length,
    all: some.length,
  });
  const absence = new Uint8Array(WEEKDAYS * SLOTS);
  for (let weekday = 0; weekday < WEEKDAYS; weekday++) {
    const same = whole.filter((one) => weekdayOf(one) === weekday);
    const alike = whole.filter((one) => kindOf(weekdayOf(one)) === kindOf(weekday));
    // A day without samples may be an outage, which shows no habit.
    const alikeOn = alike.filter((one) => on.has(one));
    const isOften = ALL_SLOTS.some((s) => isEnough(seenAt(s, alikeOn), { ...RARELY_OFF, share: OFTEN_SHARE }));
    const enough = isOften ? OFTEN_OFF : RARELY_OFF;
    for (const s of ALL_SLOTS) {
      const isOff = isUsuallyOff(seenAt(s, same), seenAt(s, alikeOn), enough);
      const isOn = isUsuallyOn(seenAt(s, alike)) || isUsuallyOn(seenAt(s, whole));
      absence[weekday * SLOTS + s] = isOff ? USUALLY_OFF : isOn ? USUALLY_ON : 0;
    }
  }
  return absence.includes(USUALLY_OFF) ? absence : undefined;
}

const ALL_SLOTS = Array.from({ length: SLOTS }, (_, s) => s);

interface Days {
  readonly off: number;
  readonly all: number;
}

function isUsuallyOff(same: Days, alike: Days, enough: typeof RARELY_OFF): boolean {
  if (same.all >= SAME_DAYS_MIN) {
    if (2 * same.off > same.all) return true;
    const chance = (1 - alike.off / alike.all) ** same.all;
    if (same.off === 0 && chance < CHANCE_MAX) return false;
  }
  return isEnough(alike, enough);
}

function isEnough({ off, all }: Days, { days, share }: typeof RARELY_OFF): boolean {
  return off >= days && off >= share * all;
}

function isUsuallyOn({ off, all }: Days): boolean {
  return all >= ON_DAYS_MIN && off <= OFF_SHARE_MAX * all;
}
