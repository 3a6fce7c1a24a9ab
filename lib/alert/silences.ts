import { DAY_MS, MINUTE_MS } from "../time.ts";
import { fitsGlob } from "../watch/glob.ts";
import type { Recurrence, Silence } from "./silence.ts";
import { CLOCK_AHEAD_MAX_MS, CLOCK_BEHIND_MAX_MS, instantOf } from "./zone.ts";

/** 1 January 1970 was a Thursday. */
const WEEKDAY_OF_DAY_0 = 4;

/** From inclusive, to exclusive, in milliseconds since the epoch. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Whether the silence is about this host of this group: each pattern that it has must fit. */
export function matches(
  { matcher }: Pick<Silence, "matcher">,
  { host, group }: { readonly host: string; readonly group: string },
): boolean {
  return (
    (matcher.host !== undefined || matcher.group !== undefined) &&
    fitsGlob(matcher.host ?? "*", host) &&
    fitsGlob(matcher.group ?? "*", group)
  );
}

/** Whether it holds at that time. */
export function isActive(silence: Silence, now: number): boolean {
  return periodsOf(silence, now, now + 1).length > 0;
}

/** One that holds for that host at that time; undefined: its notices may be sent. */
export function activeSilence(
  silences: readonly Silence[],
  named: { readonly host: string; readonly group: string },
  now: number,
): Silence | undefined {
  return silences.find((silence) => matches(silence, named) && isActive(silence, now));
}

/** The times in [from, to) at which the host was silenced, in order and apart. */
export function quietPeriods(
  silences: readonly Silence[],
  named: { readonly host: string; readonly group: string },
  from: number,
  to: number,
): readonly Period[] {
  const matching = silences.filter((silence) => matches(silence, named));
  return merged(matching.flatMap((silence) => periodsOf(silence, from, to)));
}

/** The times in [from, to) at which the silence holds, in order and apart; none in a zone that this program lacks. */
export function periodsOf(silence: Silence, from: number, to: number): readonly Period[] {
  const first = Math.max(from, silence.from);
  const end = Math.min(to, silence.until);
  if (!(first < end)) return [];
  if (!silence.recurrence) return [{ from: first, to: end }];
  return merged(
    windowsOf(silence.recurrence, first, end)
      .map((window) => ({ from: Math.max(window.from, first), to: Math.min(window.to, end) }))
      .filter((period) => period.from < period.to),
  );
}

/** All windows that may reach into [from, to). A window keeps its duration when the clock changes in it. */
function windowsOf({ days, start, durationMs, zone }: Recurrence, from: number, to: number): readonly Period[] {
  const windows: Period[] = [];
  const startMs = start * MINUTE_MS;
  // Asking for a zone's clock is slow: days whose window is too far away in any zone are left out.
  const firstDay = Math.floor((from - durationMs - CLOCK_BEHIND_MAX_MS - startMs) / DAY_MS) + 1;
  const lastDay = Math.ceil((to + CLOCK_AHEAD_MAX_MS - startMs) / DAY_MS) - 1;
  for (let day = firstDay; day <= lastDay; day++) {
    const weekday = (((day + WEEKDAY_OF_DAY_0) % 7) + 7) % 7;
    if (days.length > 0 && !days.includes(weekday)) continue;
    const begin = instantOf(day * DAY_MS + startMs, zone);
    if (begin !== undefined) windows.push({ from: begin, to: begin + durationMs });
  }
  return windows;
}

/** In order, overlapping and adjoining ones as one. */
function merged(periods: readonly Period[]): readonly Period[] {
  const apart: Period[] = [];
  for (const period of [...periods].sort((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last && period.from <= last.to) apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, period.to) };
    else apart.push(period);
  }
  return apart;
}
