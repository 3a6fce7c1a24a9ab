import { incidentId } from "../incident/id.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import { type DeclaredEvent, EVENT_DAYS } from "./event.ts";
import type { AlertingStore } from "./ports.ts";

/** More within an hour come from a script that has gone wrong, and messages name only the last few. */
const EVENTS_PER_HOUR = 100;

/** Stores an event at `now` (ms since the epoch). Throws a RangeError that says why it cannot be stored. */
export async function declareEvent(
  alerting: Pick<AlertingStore, "events" | "saveEvent">,
  about: Omit<DeclaredEvent, "id">,
  now: number,
): Promise<DeclaredEvent> {
  const { at } = about;
  if (at > now) throw new RangeError("it is in the future: declare it when it happens");
  if (at <= now - EVENT_DAYS * DAY_MS) throw new RangeError(`it is older than ${EVENT_DAYS} days: give a later time`);
  const event = { id: `E-${incidentId(`event ${JSON.stringify(about)}`, at)}`, ...about };
  const others = (await alerting.events(at - HOUR_MS, at + 1)).filter(({ id }) => id !== event.id);
  if (others.length >= EVENTS_PER_HOUR)
    throw new RangeError(
      `the hour before it has ${EVENTS_PER_HOUR} events: remove some by \`fleetwarden event remove\``,
    );
  await alerting.saveEvent(event);
  return event;
}
