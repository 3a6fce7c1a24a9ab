/** March 1973 in milliseconds. A number below is in seconds; record v1, which has milliseconds only, refuses it. */
const TIME_MIN = 1e11;
/** The year 2100, in milliseconds. */
const TIME_MAX = 4_102_444_800_000;
const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** Milliseconds since the epoch from milliseconds, seconds or ISO 8601; NaN when it is none of them. */
export function parseTime(time: unknown): number {
  const ms =
    typeof time === "number"
      ? Math.round(time < TIME_MIN ? time * 1000 : time)
      : typeof time === "string"
        ? parseDateTime(time)
        : Number.NaN;
  return isTime(ms) ? ms : Number.NaN;
}

export function isTime(ms: number): boolean {
  return ms >= TIME_MIN && ms < TIME_MAX;
}

/**
 * Milliseconds since the epoch from ISO 8601, UTC without a zone; NaN for other text, which Date.parse alone may
 * accept.
 */
export function parseDateTime(text: string): number {
  const [, date = " ", time = "00:00", zone = "Z"] = DATE_TIME.exec(text) ?? [];
  const midnight = Date.parse(date);
  // Date.parse takes the 31st of February for a day in March.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return Number.NaN;
  return Math.round(Date.parse(`${date}T${time}${zone}`));
}
