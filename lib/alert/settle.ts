import { type Incident, partOf, subjectOf, wasTold } from "../incident/incident.ts";
import { isOpening } from "../incident/notice.ts";
import type { PendingNotice } from "../watch/state.ts";
import type { Silence } from "./silence.ts";
import { activeSilence, matches } from "./silences.ts";

/** What is owed about one incident, oldest first. */
export interface Owed {
  readonly incident: Incident;
  readonly notices: readonly PendingNotice[];
  /** When the fleet's incident that it is part of was over (ms since the epoch); absent while that is open, or without one. */
  readonly fleetOver?: number;
}

/** What people have said and what is known of the fleets, by which it is decided. */
export interface Circumstances {
  readonly silences: readonly Silence[];
  /** Those of them that hold now. */
  readonly active: readonly Silence[];
  /** Id of the fleet's incident of its group, while that is open. */
  readonly groupFleet?: string;
}

/** What becomes of it. What is neither told nor dropped stays owed. */
export interface Settlement {
  readonly tell: readonly PendingNotice[];
  readonly drop: readonly PendingNotice[];
  /** The fleet's incident that it becomes part of. */
  readonly fleet?: string;
  /** The silence for which something stays owed or is dropped. */
  readonly silence?: Silence;
}

/**
 * Decides what becomes of the notices owed about an incident at `now` (ms since the epoch). A part of a fleet's open incident is not
 * told, but for the end of what people had been told of before. In a silence all waits; what was over before anybody was told of it never is, but the end of what people were told of is.
 */
export function settle(owed: Owed, { silences, active, groupFleet }: Circumstances, now: number): Settlement {
  const { incident, notices } = owed;
  if (isToldByFleet(owed)) {
    const isOwnEnd = ({ kind }: PendingNotice) => kind === "resolved" && wasTold(incident);
    return { tell: notices.filter(isOwnEnd), drop: notices.filter((notice) => !isOwnEnd(notice)) };
  }
  const untold = notices.some(({ kind }) => isOpening(kind));
  const end = notices.filter(({ kind }) => kind === "resolved");
  const neverTold = untold && end.length > 0;
  const named = { host: subjectOf(incident), group: incident.group };
  const silence =
    active.find((one) => matches(one, named)) ??
    (neverTold ? activeSilence(silences, named, incident.resolved ?? now) : undefined);
  if (silence) {
    if (neverTold) return { tell: [], drop: notices, silence };
    if (end.length > 0) return { tell: end, drop: notices.filter(({ kind }) => kind !== "resolved") };
    return { tell: [], drop: [], silence };
  }
  if (untold && groupFleet !== undefined && incident.kind !== "fleet") {
    return { tell: [], drop: notices, fleet: groupFleet };
  }
  return { tell: notices, drop: [] };
}

/** What was decided while the fleet's incident was open, or just before its end was, which says what is left. */
function isToldByFleet({ incident, notices, fleetOver }: Owed): boolean {
  if (partOf(incident) === undefined) return false;
  const last = notices.at(-1)?.since ?? incident.resolved ?? Number.POSITIVE_INFINITY;
  return fleetOver === undefined || last <= fleetOver;
}
