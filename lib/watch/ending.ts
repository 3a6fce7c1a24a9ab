import type { Ending, Incident } from "./incident.ts";
import { type HostState, owed } from "./state.ts";

/** The incident of a host that did not become normal, over at `at` (ms since the epoch). */
export function endedBy(ending: Ending, incident: Incident, at: number): Incident {
  return { ...incident, revision: incident.revision + 1, resolved: Math.max(Math.round(at), incident.opened), ending };
}

/** The state when its open incident is over; it owes the news. */
export function afterIncident(state: HostState, over: Incident): HostState {
  const { incident: _, ...rest } = state;
  return { ...rest, calm: 0, unsent: [...state.unsent, owed("resolved", over)] };
}
