import { describeRecurrence } from "../alert/recurrence-text.ts";
import type { Silence } from "../alert/silence.ts";
import { isActive } from "../alert/silences.ts";
import type { Stores } from "../store/stores.ts";

/** More than people can keep in mind; `silence list` has all. */
const SILENCES_MAX = 200;

/** The silences that hold, then those to come, each by their end. Times are in milliseconds since the epoch. */
export async function silencesView({ alerting }: Pick<Stores, "alerting">, now: number) {
  const silences = (await alerting.silences()).filter(({ until }) => until > now);
  const rank = (silence: Silence) => (isActive(silence, now) ? 0 : 1);
  silences.sort((a, b) => rank(a) - rank(b) || a.until - b.until);
  return {
    silences: silences.slice(0, SILENCES_MAX).map((silence) => {
      const { id, matcher, reason, by, from, until, recurrence, matched } = silence;
      const windows = recurrence && describeRecurrence(recurrence);
      return { id, ...matcher, reason, by, from, until, windows, matched, holds: isActive(silence, now) };
    }),
  };
}
