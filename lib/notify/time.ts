import { clockAt, UTC } from "../alert/zone.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../time.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Milliseconds since the epoch as `22 Nov 14:30 UTC`, by the clock of a time zone (an IANA name). */
export function moment(milliseconds: number, zone = UTC): string {
  const { wall, name } = clockAt(milliseconds, zone);
  const date = new Date(wall);
  if (Number.isNaN(date.getTime())) return "an unknown time";
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${hoursMinutes(date)} ${isOffset(name) ? UTC : ""}${name}`;
}

/** As `moment` in UTC, with the year where it is another than now's: `22 Nov 2027 14:30 UTC`. */
export function datedMoment(milliseconds: number, now: number): string {
  const text = moment(milliseconds);
  const year = new Date(milliseconds).getUTCFullYear();
  return year === new Date(now).getUTCFullYear() ? text : text.replace(/ (?=\d\d:)/, ` ${year} `);
}

/** Milliseconds since the epoch as `14:30Z`, `15:30 CET` or `20:00+05:30`, for where every character counts. */
export function clock(milliseconds: number, zone = UTC): string {
  const { wall, name } = clockAt(milliseconds, zone);
  const date = new Date(wall);
  if (Number.isNaN(date.getTime())) return "??:??Z";
  return `${hoursMinutes(date)}${name === UTC ? "Z" : isOffset(name) ? name : ` ${name}`}`;
}

function isOffset(name: string): boolean {
  return /^[+-]/.test(name);
}

/** Milliseconds since the epoch as `14:30:05`, in UTC. */
export function timeOfDay(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(-"14:30:05.000Z".length, -".000Z".length);
}

/** Milliseconds since the epoch as ISO 8601; null for a time that no date has. */
export function iso(milliseconds: number): string | null {
  return new Date(milliseconds).toJSON();
}

/** Milliseconds as people say them, in at most two units: `45 s`, `19 min`, `2 h 5 min`, `3 d 4 h`. */
export function duration(milliseconds: number): string {
  if (!(milliseconds >= 0 && milliseconds < Number.MAX_SAFE_INTEGER)) return "an unknown time";
  if (milliseconds < MINUTE_MS) return `${Math.floor(milliseconds / SECOND_MS)} s`;
  if (milliseconds < HOUR_MS) return `${Math.floor(milliseconds / MINUTE_MS)} min`;
  if (milliseconds < DAY_MS) return twoUnits(milliseconds, [HOUR_MS, "h"], [MINUTE_MS, "min"]);
  return twoUnits(milliseconds, [DAY_MS, "d"], [HOUR_MS, "h"]);
}

/** As `duration`, but to the second below five minutes, rounded up: `84 s`. */
export function seconds(milliseconds: number): string {
  return milliseconds >= 0 && milliseconds < 5 * MINUTE_MS
    ? `${Math.ceil(milliseconds / SECOND_MS)} s`
    : duration(milliseconds);
}

type Scale = readonly [size: number, symbol: string];

function twoUnits(milliseconds: number, [large, largeSymbol]: Scale, [small, smallSymbol]: Scale): string {
  const rest = Math.floor((milliseconds % large) / small);
  return `${Math.floor(milliseconds / large)} ${largeSymbol}${rest > 0 ? ` ${rest} ${smallSymbol}` : ""}`;
}

function hoursMinutes(date: Date): string {
  return date.toISOString().slice(-"14:30:00.000Z".length, -":00.000Z".length);
}
