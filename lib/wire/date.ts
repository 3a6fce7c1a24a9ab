/** March 1973 in milliseconds. A number below is in seconds; record v1, which has milliseconds only, refuses it. */
const TIME_MIN = 1e11;
/** The year 2100, in milliseconds. */
const TIME_MAX = 4_102_444_800_000;
/** Numbers from here on are microseconds, and a thousand times as large nanoseconds: of 1973, as above. */
const MICROSECONDS_MIN = 1e14;
const NANOSECONDS_MIN = 1e17;
const NUMBER = /^\d{9,19}(?:\.\d+)?$/;
const DATE_TIME =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)([.,]\d+)?)? ?(?:(Z|UTC|GMT)|([+-]\d\d)(?::?(\d\d))?)?)?$/i;

/** The rule for times, for messages. */
export const TIME_RULE = "use milliseconds or seconds since 1970, or ISO 8601";

/**
 * Milliseconds since the epoch from s, ms, µs or ns, distinguished by their size, or ISO 8601; NaN for other values.
 */
export function parseTime(time: unknown): number {
  if (typeof time === "string") return parseTime(NUMBER.test(time) ? Number(time) : parseDateTime(time));
  if (typeof time !== "number") return Number.NaN;
  const ms = Math.round(inMilliseconds(time));
  return isTime(ms) ? ms : Number.NaN;
}

function inMilliseconds(time: number): number {
  if (time < TIME_MIN) return time * 1000;
  if (time < MICROSECONDS_MIN) return time;
  return time < NANOSECONDS_MIN ? time / 1000 : time / 1e6;
}

export function isTime(ms: number): boolean {
  return ms >= TIME_MIN && ms < TIME_MAX;
}

/**
 * Milliseconds since the epoch from ISO 8601, UTC without a zone; NaN for other text, which Date.parse alone may
 * accept. A leap second is the first of the next minute.
 */
function parseDateTime(text: string): number {
  const match = DATE_TIME.exec(text);
  if (!match) return Number.NaN;
  const [, date = "", time = "00:00", seconds = "00", fraction = "", , hours, minutes = "00"] = match;
  const midnight = Date.parse(date);
  // Date.parse takes the 31st of February for a day in March.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return Number.NaN;
  const isLeap = seconds === "60";
  const clock = `${time}:${isLeap ? "59" : seconds}${fraction.replace(",", ".")}`;
  const zone = hours === undefined ? "Z" : `${hours}:${minutes}`;
  return Math.round(Date.parse(`${date}T${clock}${zone}`)) + (isLeap ? 1000 : 0);
}
