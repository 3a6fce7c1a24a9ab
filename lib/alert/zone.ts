import { DAY_MS, HOUR_MS } from "../time.ts";

/** Clocks lie between 12 hours behind and 14 hours ahead of UTC (https://data.iana.org/time-zones/tz-link.html). */
export const CLOCK_BEHIND_MAX_MS = 12 * HOUR_MS;
export const CLOCK_AHEAD_MAX_MS = 14 * HOUR_MS;

/** Whether this program knows the time zone. */
export function isZone(zone: string): boolean {
  return formatOf(zone) !== undefined;
}

/**
 * When the zone's clock shows this: `wall` is the time as if it were UTC, in milliseconds. A time that the clock skips
 * in spring is read by the clock before the change, so 02:30 is 03:30. If the clock shows a time twice in autumn, the
 * first counts. Undefined in a zone that this program does not know.
 */
export function instantOf(wall: number, zone: string): number | undefined {
  const format = formatOf(zone);
  if (!format) return undefined;
  const before = offsetAt(wall - DAY_MS, format);
  const after = offsetAt(wall + DAY_MS, format);
  const isAfter = offsetAt(wall - before, format) !== before && offsetAt(wall - after, format) === after;
  return wall - (isAfter ? after : before);
}

/**
 * The zone's clock at a time (ms): `wall` is the shown time as if it were UTC, and `name` its name: `CET`, or `+05:30`
 * where English has no short name. UTC in a zone that this program does not know.
 */
export function clockAt(time: number, zone: string): { readonly wall: number; readonly name: string } {
  const format = zone === UTC ? undefined : formatOf(zone);
  if (!format || Number.isNaN(new Date(time).getTime())) return { wall: time, name: UTC };
  const offset = offsetAt(time, format);
  // Years before our era are shown without their sign: no clock is so far from UTC.
  if (offset > CLOCK_AHEAD_MAX_MS || offset < -CLOCK_BEHIND_MAX_MS) return { wall: time, name: UTC };
  return { wall: time + offset, name: shortName(time, zone) ?? offsetText(offset) };
}

export const UTC = "UTC";

/** Together they know the short names of Europe, America and Australia. */
const NAMING_LOCALES = ["en-US", "en-GB", "en-AU"];

function shortName(time: number, zone: string): string | undefined {
  const names = NAMING_LOCALES.map((locale) => {
    const format = formatOf(zone, locale);
    return format?.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value ?? "";
  });
  return names.find((name) => /^[A-Z]{3,4}$/.test(name));
}

/** `+05:30`. */
function offsetText(offset: number): string {
  const size = new Date(Math.abs(offset)).toISOString().slice("1970-01-01T".length, "1970-01-01T05:30".length);
  return `${offset < 0 ? "-" : "+"}${size}`;
}

/** By how much the clock is ahead of UTC, in milliseconds. */
function offsetAt(time: number, format: Intl.DateTimeFormat): number {
  const shown = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? Number.NaN;
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wall - Math.floor(time / 1000) * 1000;
}

/** Formats in use at once; making one takes longer than using it a hundred times. */
const FORMATS_MAX = 400;
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatOf(zone: string, locale = "en-US"): Intl.DateTimeFormat | undefined {
  const key = `${locale} ${zone}`;
  if (!formats.has(key)) {
    if (formats.size >= FORMATS_MAX) formats.clear();
    formats.set(key, createFormat(zone, locale));
  }
  return formats.get(key);
}

function createFormat(timeZone: string, locale: string): Intl.DateTimeFormat | undefined {
  const two = "2-digit";
  const parts = { year: "numeric", month: two, day: two, hour: two, minute: two, second: two } as const;
  try {
    return new Intl.DateTimeFormat(locale, { timeZone, hourCycle: "h23", ...parts, timeZoneName: "short" });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
