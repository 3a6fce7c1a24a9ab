import { describeRecurrence } from "../alert/recurrence-text.ts";
import { isActive } from "../alert/silences.ts";
import type { Stores } from "../store/stores.ts";

/** More than people can keep in mind; `silence list` has all. */
const SILENCES_MAX = 200;

/** The silences that hold or are to come, by their end. Times are in milliseconds since the epoch. */
export async function silencesView({ alerting }: Pick<Stores, "alerting">, now: number) {
  const silences = (await alerting.silences()).filter(({ until }) => until > now).sort((a, b) => a.until - b.until);
  return {
    silences: silences.slice(0, SILENCES_MAX).map((silence) => {
      const { id, matcher, reason, by, from, until, recurrence, matched } = silence;
      const windows = recurrence && describeRecurrence(recurrence);
      return { id, ...matcher, reason, by, from, until, windows, matched, holds: isActive(silence, now) };
    }),
  };
}
