import { type Incident, subjectOf } from "../incident/incident.ts";
import type { NoticeKind } from "../incident/notice.ts";
import type { Silence } from "./silence.ts";
import { activeSilence, matches } from "./silences.ts";

/** All silences, and the silences that hold now. */
export interface Silences {
  readonly silences: readonly Silence[];
  readonly active: readonly Silence[];
}

/** An incident, and the time of its host's newest sample (ms since the epoch); 0 for a fleet. */
export interface IncidentNow {
  readonly incident: Incident;
  readonly newest: number;
}

/**
 * The silence that holds back a notice at `now` (ms since the epoch). It is a silence that holds now. It may also be
 * one that held when the trouble was last seen, if the host has been calm since. The latter waits for what the host
 * does next, and is dropped with the incident's end.
 */
export function silenceHolding(
  kind: NoticeKind,
  { incident, newest }: IncidentNow,
  { silences, active }: Silences,
  now: number,
): Silence | undefined {
  const named = { host: subjectOf(incident), group: incident.group };
  const seen = lastSeen(kind, incident, now);
  const isCalm = incident.resolved !== undefined || newest > seen;
  return (
    active.find((silence) => matches(silence, named)) ?? (isCalm ? activeSilence(silences, named, seen) : undefined)
  );
}

function lastSeen(kind: NoticeKind, incident: Incident, now: number): number {
  if (incident.kind !== "anomaly") return incident.resolved ?? now;
  return (kind === "also" ? incident.alsoSeen : undefined) ?? incident.lastAnomaly;
}
