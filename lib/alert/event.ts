import { incidentId } from "../incident/id.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import type { AlertingStore } from "./ports.ts";
import type { SilenceMatcher } from "./silence.ts";

/** What somebody says happened, such as a release. It silences nothing; messages about what follows it name it. */
export interface DeclaredEvent {
  /** `E-K7Q2RT`, a function of all else. */
  readonly id: string;
  /** The hosts that it is about. */
  readonly matcher: SilenceMatcher;
  readonly text: string;
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** In characters: messages name it in half a line. */
export const EVENT_TEXT_MAX = 80;
/** Events are kept for as long as history is. */
export const EVENT_DAYS = 30;
/** More within an hour come from a script that has gone wrong, and messages name the last few alone. */
const EVENTS_PER_HOUR = 100;

/** Stores an event that was just declared, at `now` (ms since the epoch). Throws a RangeError that says why it cannot. */
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
