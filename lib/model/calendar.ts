import { DAY_MS, MINUTE_MS } from "../time.ts";

/** A day is cut into quarters of an hour: short enough for sharp edges, long enough for 15 samples by the minute. */
export const SLOT_MS = 15 * MINUTE_MS;
export const SLOTS = DAY_MS / SLOT_MS;
export const WEEKDAYS = 7;

/** A place in the local calendar. */
interface CalendarPlace {
  /** Local days since 1970-01-01, a Thursday. */
  readonly day: number;
  /** Quarter of an hour of the local day, 0 to 95. */
  readonly slot: number;
}

export type Calendar = (time: number) => CalendarPlace;

/** The calendars of zones in use: there are some 600 zones, and a calendar is slow to make. */
const calendars = new Map<string, Calendar>();

/**
 * The calendar of an IANA zone, for times in milliseconds since the epoch. Throws RangeError for a zone that Intl does
 * not know.
 */
export function calendarOf(zone: string): Calendar {
  const known = calendars.get(zone) ?? createCalendar(zone);
  calendars.set(zone, known);
  return known;
}

/** Zones change their offset only at full quarters of an hour, so one look-up serves a whole slot. */
function createCalendar(zone: string): Calendar {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  let quarter = Number.NaN;
  let place: CalendarPlace = { day: 0, slot: 0 };
  return (time) => {
    const now = Math.floor(time / SLOT_MS);
    if (now === quarter) return place;
    quarter = now;
    const local = zone === "UTC" ? now * SLOT_MS : wallClock(format, now * SLOT_MS);
    const day = Math.floor(local / DAY_MS);
    place = { day, slot: Math.floor((local - day * DAY_MS) / SLOT_MS) };
    return place;
  };
}

/** The time that a clock on the wall shows then, as if it were UTC. */
function wallClock(format: Intl.DateTimeFormat, time: number): number {
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
}

/** 0 = Monday … 6 = Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

export function isWeekend(weekday: number): boolean {
  return weekday >= 5;
}

export const KINDS_OF_DAY = ["workday", "weekend"] as const;
export type KindOfDay = (typeof KINDS_OF_DAY)[number];

export function kindOf(weekday: number): KindOfDay {
  return isWeekend(weekday) ? "weekend" : "workday";
}
