import { calendarOf } from "../../lib/model/calendar.ts";
import { type History, placesOf, type RowPlaces, type SlotDays, slotDaysOf } from "../../lib/model/slot-days.ts";

export const MINUTE = 60_000;
export const DAY = 1_440 * MINUTE;
/** Monday 2026-10-05, 00:00 UTC: date -u -d @1791158400 */
export const MONDAY = 1_791_158_400_000;

interface Shape {
  readonly days: number;
  readonly start?: number;
  readonly interval?: number;
}

/** Values of one metric at each minute (or interval) of days from a Monday on, by day and by minute of the day. */
export function historyOf(
  { days, start = MONDAY, interval = MINUTE }: Shape,
  ...metrics: readonly ((day: number, minute: number) => number)[]
): History {
  const count = Math.round((days * DAY) / interval);
  const times = Float64Array.from({ length: count }, (_, i) => start + i * interval);
  const values = new Float64Array(count * metrics.length);
  for (const [i, time] of times.entries()) {
    const day = Math.floor((time - MONDAY) / DAY);
    const minute = (time - MONDAY - day * DAY) / MINUTE;
    for (const [j, valueAt] of metrics.entries()) values[i * metrics.length + j] = valueAt(day, minute);
  }
  return { metrics: metrics.length, values, times };
}

/** −1, 0 or 1: in 15 minutes five of each, of which the trimmed range is −1 to 1, the median 0 and the unit 2 / 3. */
export function ripple(minute: number): number {
  return (Math.round(minute) % 3) - 1;
}

/** The slots of a history in UTC. */
export function slotsOf(history: History, interval = MINUTE): { slotDays: SlotDays; places: RowPlaces } {
  const places = placesOf(history.times, calendarOf("UTC"));
  return { slotDays: slotDaysOf(history, places, interval), places };
}
