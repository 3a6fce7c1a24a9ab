import { DAY_MS, HOUR_MS } from "../time.ts";

/** Clocks lie between 12 hours behind and 14 hours ahead of UTC (https://data.iana.org/time-zones/tz-link.html). */
export const CLOCK_BEHIND_MAX_MS = 12 * HOUR_MS;
export const CLOCK_AHEAD_MAX_MS = 14 * HOUR_MS;

/** Whether this program knows the time zone. */
export function isZone(zone: string): boolean {
  return formatOf(zone) !== undefined;
}

/**
 * When the zone's clock shows this: `wall` is what it would be in UTC, in milliseconds. A time that the clock skips in
 * spring is taken by the clock before the change, so 02:30 is 03:30; of one that it shows twice in autumn the first
 * counts. Undefined in a zone that this program does not know.
 */
export function instantOf(wall: number, zone: string): number | undefined {
  const format = formatOf(zone);
  if (!format) return undefined;
  const before = offsetAt(wall - DAY_MS, format);
  const after = offsetAt(wall + DAY_MS, format);
  const isAfter = offsetAt(wall - before, format) !== before && offsetAt(wall - after, format) === after;
  return wall - (isAfter ? after : before);
}

/** By how much the clock is ahead of UTC, in milliseconds. */
function offsetAt(time: number, format: Intl.DateTimeFormat): number {
  const shown = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? Number.NaN;
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wall - Math.floor(time / 1000) * 1000;
}

/** Zones in use at once; making a format takes longer than using it a hundred times. */
const FORMATS_MAX = 100;
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) {
    if (formats.size >= FORMATS_MAX) formats.clear();
    formats.set(zone, createFormat(zone));
  }
  return formats.get(zone);
}

function createFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  const two = "2-digit";
  const parts = { year: "numeric", month: two, day: two, hour: two, minute: two, second: two } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...parts });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
