import { type Incident, partOf, subjectOf, wasTold } from "../incident/incident.ts";
import { isOpening } from "../incident/notice.ts";
import type { PendingNotice } from "../watch/state.ts";
import type { Silence } from "./silence.ts";
import { activeSilence, matches } from "./silences.ts";

/** The pending notices about one incident, oldest first. */
export interface PendingIncident {
  readonly incident: Incident;
  readonly notices: readonly PendingNotice[];
  /**
   * When the fleet's incident that it is part of was over (ms since the epoch); absent while that is open, or without
   * one.
   */
  readonly fleetOver?: number;
}

/** Notices that are neither sent nor dropped stay pending. */
export interface Decision {
  readonly send: readonly PendingNotice[];
  readonly drop: readonly PendingNotice[];
  /** The fleet's incident that it becomes part of. */
  readonly fleet?: string;
  /** The silence that holds notices back or drops them. */
  readonly silence?: Silence;
}

/**
 * Decides about an incident's pending notices at `now` (ms since the epoch). `fleet` is the open fleet incident of its
 * group, `active` are the silences that hold now. Parts of a fleet incident are dropped; in a silence notices wait, and
 * those of an incident that ended unannounced are dropped. The end of an announced incident is sent in either case.
 */
export function decide(
  about: PendingIncident,
  { silences, active }: { readonly silences: readonly Silence[]; readonly active: readonly Silence[] },
  fleet: string | undefined,
  now: number,
): Decision {
  const { incident, notices } = about;
  if (isSaidByFleet(about)) {
    const isOwnEnd = ({ kind }: PendingNotice) => kind === "resolved" && wasTold(incident);
    return { send: notices.filter(isOwnEnd), drop: notices.filter((notice) => !isOwnEnd(notice)) };
  }
  const unannounced = notices.some(({ kind }) => isOpening(kind));
  const end = notices.filter(({ kind }) => kind === "resolved");
  const neverAnnounced = unannounced && end.length > 0;
  const named = { host: subjectOf(incident), group: incident.group };
  const silence =
    active.find((one) => matches(one, named)) ??
    (neverAnnounced ? activeSilence(silences, named, incident.resolved ?? now) : undefined);
  if (silence) {
    if (neverAnnounced) return { send: [], drop: notices, silence };
    if (end.length > 0) return { send: end, drop: notices.filter(({ kind }) => kind !== "resolved") };
    return { send: [], drop: [], silence };
  }
  if (unannounced && fleet !== undefined && incident.kind !== "fleet") {
    return { send: [], drop: notices, fleet };
  }
  return { send: notices, drop: [] };
}

/** Whether the notices were decided while the fleet's incident was open: its messages cover them. */
function isSaidByFleet({ incident, notices, fleetOver }: PendingIncident): boolean {
  if (partOf(incident) === undefined) return false;
  const last = notices.at(-1)?.since ?? incident.resolved ?? Number.POSITIVE_INFINITY;
  return fleetOver === undefined || last <= fleetOver;
}
