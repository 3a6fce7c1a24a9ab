import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from "../time.ts";
import { parseDuration } from "../watch/duration.ts";
import type { Recurrence } from "./silence.ts";
import { isZone } from "./zone.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const UNITS = [
  ["d", DAY_MS],
  ["h", HOUR_MS],
  ["m", MINUTE_MS],
  ["s", 1_000],
  ["ms", 1],
] as const;
/** Windows of a week that begin each week leave no time in between. */
const DURATION_MAX_MS = WEEK_MS;

const FORM =
  /^(?:(?<days>[A-Za-z]{3}(?:,[A-Za-z]{3})*) )?(?<hours>\d\d?):(?<minutes>\d\d) (?<lasting>\S+) (?<zone>\S+)$/;

/** Windows as people write them, like `Tue,Thu 02:00 2h Europe/Paris` (without days: daily); or why they are wrong. */
export function parseRecurrence(text: string): Recurrence | string {
  const { days: named, hours = "", minutes = "", lasting = "", zone = "" } = FORM.exec(text.trim())?.groups ?? {};
  if (!zone) return "Write days (or none for every day), time, duration and zone: Tue,Thu 02:00 2h Europe/Paris.";
  const names = named === undefined ? [] : named.split(",");
  const days = names.map((name) => DAYS.findIndex((day) => day.toLowerCase() === name.toLowerCase()));
  if (days.includes(-1)) return `${names[days.indexOf(-1)]} is no day: write ${DAYS.join(", ")}.`;
  if (Number(hours) > 23 || Number(minutes) > 59) return `${hours}:${minutes} is no time: write 00:00 to 23:59.`;
  const durationMs = parseDuration(lasting);
  if (durationMs === undefined || durationMs < MINUTE_MS || durationMs > DURATION_MAX_MS) {
    return `${lasting} is no duration of a window: write 1m to 7d.`;
  }
  if (!isZone(zone)) return `${zone} is no time zone: write an IANA name, like Europe/Paris or UTC.`;
  return { days: [...new Set(days)].sort(), start: 60 * Number(hours) + Number(minutes), durationMs, zone };
}

/** The same words again. */
export function describeRecurrence({ days, start, durationMs, zone }: Recurrence): string {
  const two = (count: number) => String(count).padStart(2, "0");
  const time = `${two(Math.floor(start / 60))}:${two(start % 60)}`;
  const [unit, size] = UNITS.find(([, ms]) => durationMs % ms === 0) ?? ["ms", 1];
  const words = [days.map((day) => DAYS[day]).join(","), time, `${durationMs / size}${unit}`, zone];
  return words.filter((word) => word !== "").join(" ");
}
