import { type Incident, subjectOf } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";
import type { DeclaredEvent } from "./event.ts";
import type { AlertingStore } from "./ports.ts";
import type { Silence } from "./silence.ts";
import { matches, periodsOf } from "./silences.ts";

/** Events and silences shortly before the trouble of a notice began. */
export interface Preceding {
  /** The trouble began after an event, in a silence, or after the end of a silence. */
  readonly what: "event" | "silence" | "silence-over";
  readonly text: string;
  readonly by: string;
  /** When the event was, or the silence began or ended (ms since the epoch). */
  readonly at: number;
  /** How long before the trouble that was, in milliseconds. */
  readonly before: number;
}

/** Damage by a release shows within an hour; later its name would only mislead. */
const FOLLOWS_WITHIN_MS = HOUR_MS;
/** Scripts declare a release some seconds after it began. */
const DECLARED_LATE_MS = MINUTE_MS;
/** The last ones before it: more would hide the subject of the message. */
export const PRECEDING_MAX = 3;

/**
 * The events and silences before the trouble of a notice, the last first. Reads the events of one hour, and the
 * silences.
 */
export async function precedingOf(
  alerting: Pick<AlertingStore, "events" | "silences">,
  notice: Notice,
): Promise<readonly Preceding[]> {
  const began = beganAt(notice);
  const [events, silences] = await Promise.all([
    alerting.events(began - FOLLOWS_WITHIN_MS + 1, began + DECLARED_LATE_MS + 1),
    alerting.silences(),
  ]);
  const isAbout = (matcher: Silence["matcher"]) =>
    namesOf(notice.incident).some((named) => matches({ matcher }, named));
  const found = [
    ...events.filter(({ matcher }) => isAbout(matcher)).map((event) => afterEvent(event, began)),
    ...silences.filter(({ matcher }) => isAbout(matcher)).flatMap((silence) => afterSilence(silence, began)),
  ];
  return found.sort((a, b) => b.at - a.at).slice(0, PRECEDING_MAX);
}

/** Other trouble that joined an incident began at its own worst sample, as nothing else is known of it. */
function beganAt({ kind, incident }: Notice): number {
  return kind === "also" && incident.kind === "anomaly" ? incident.peak.time : incident.opened;
}

/** A group's incident is about its hosts as well. */
function namesOf(incident: Incident) {
  const { group } = incident;
  const members = incident.kind === "fleet" ? incident.extent.first : [];
  return [subjectOf(incident), ...members.map(({ host }) => host)].map((host) => ({ host, group }));
}

function afterEvent({ text, by, at }: DeclaredEvent, began: number): Preceding {
  return { what: "event", text, by, at, before: Math.max(0, began - at) };
}

/** The window of the silence in which the trouble began, or the last one that had ended by then. */
function afterSilence(silence: Silence, began: number): Preceding[] {
  const last = periodsOf(silence, began - FOLLOWS_WITHIN_MS, began + 1).at(-1);
  if (!last) return [];
  const { reason: text, by } = silence;
  if (last.to > began) {
    const from = periodsOf(silence, silence.from, began + 1).at(-1)?.from ?? last.from;
    return [{ what: "silence", text, by, at: from, before: began - from }];
  }
  return [{ what: "silence-over", text, by, at: last.to, before: began - last.to }];
}
