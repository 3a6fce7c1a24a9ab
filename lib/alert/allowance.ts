import type { Severity } from "../incident/severity.ts";
import { retryOnConflict, retryQuietly } from "../retry.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";
import type { Allowance } from "./desk.ts";
import type { AlertingStore } from "./ports.ts";
import type { AlertSettings } from "./settings.ts";

export type AllowanceStore = Pick<AlertingStore, "allowance" | "saveAllowance">;

/** The most messages that may go within any window of this length. */
export interface Quota {
  readonly name: string;
  readonly most: number;
  readonly windowMs: number;
}

/** Messages about one notice. */
export function messagesOf({ messagesPerMinute }: AlertSettings): Quota {
  return { name: "messages", most: messagesPerMinute, windowMs: MINUTE_MS };
}

/** Messages to phones. */
export function textsOf({ textsPerHour }: AlertSettings): Quota {
  return { name: "texts", most: textsPerHour, windowMs: HOUR_MS };
}

/** Digests: messages about all notices that had no place of their own. */
export const DIGESTS: Quota = { name: "digests", most: 1, windowMs: MINUTE_MS };

/** Until when (ms since the epoch) this process knows, without asking, that an allowance is used up, by its name. */
export type FullUntil = Map<string, number>;

/** No two processes' clocks are so far apart. A time still further ahead was noted under a clock that was wrong. */
const AHEAD_MAX_MS = HOUR_MS;

/** In a storm many processes want the same item; one that loses this often leaves its notice to the sweep. */
const TAKES_MAX = 3;

/**
 * Takes a place in the current window; returns false when none is left. A place counts from when it was taken, not from
 * when the message was sent.
 */
export async function take(
  alerting: AllowanceStore,
  quota: Quota,
  fullUntil: FullUntil,
  clock: () => number,
): Promise<boolean> {
  const taken = await retryQuietly(TAKES_MAX, async () => {
    const now = Math.round(clock());
    const until = fullUntil.get(quota.name) ?? Number.NEGATIVE_INFINITY;
    if (now < until && until <= now + AHEAD_MAX_MS + quota.windowMs) return false;
    const stored = await alerting.allowance(quota.name);
    const allowance = { ...stored, times: stored.times.filter((time) => time <= now + AHEAD_MAX_MS) };
    if (!hasRoom(allowance, quota, now)) {
      fullUntil.set(quota.name, (newest(allowance, quota)[0] ?? now) + quota.windowMs);
      return false;
    }
    const times = newest({ times: [...allowance.times, now].sort((a, b) => a - b) }, quota);
    if (await alerting.saveAllowance({ ...allowance, times })) return true;
    return undefined;
  });
  return taken ?? false;
}

/** Whether one more may go at `now` (ms since the epoch). */
function hasRoom(allowance: Allowance, quota: Quota, now: number): boolean {
  return newest(allowance, quota).filter((time) => time > now - quota.windowMs).length < quota.most;
}

/** Counts texts that were not sent, by severity: phones receive the numbers once there is room again. */
export type Held = Readonly<Record<Severity, number>>;

/** Others write the same item; it must not stay wrong. */
const HOLDS_MAX = 10;

/** Adds to the held texts; negative numbers take away. Throws when others were faster too often. */
export async function hold(alerting: AllowanceStore, { name }: Quota, { critical, warning }: Held): Promise<void> {
  const add = async () => {
    const allowance = await alerting.allowance(name);
    const held = {
      critical: Math.max(allowance.held.critical + critical, 0),
      warning: Math.max(allowance.held.warning + warning, 0),
    };
    return alerting.saveAllowance({ ...allowance, held });
  };
  await retryOnConflict(`the allowance of ${name}`, add, HOLDS_MAX);
}

/** The times that count, oldest first; older ones could only matter if there were more places. */
function newest({ times }: Pick<Allowance, "times">, { most }: Quota): readonly number[] {
  return times.slice(Math.max(times.length - most, 0));
}
