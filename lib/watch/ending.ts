import type { Ending, HostIncident } from "../incident/incident.ts";
import { unremembered } from "../model/band-memory.ts";
import { NO_SCORES } from "../model/persistence.ts";
import { beginning } from "../model/window-memory.ts";
import { type DetectorMemory, type HostMemory, isOfBands, isOfMembers, isOfWindows } from "./host-memory.ts";
import { type HostState, pendingOf } from "./state.ts";

/** The incident when it ends at `at` (ms since the epoch) although the host did not become normal. */
export function endedBy(ending: Ending, incident: HostIncident, at: number): HostIncident {
  return { ...incident, revision: incident.revision + 1, resolved: Math.max(Math.round(at), incident.opened), ending };
}

/** The state when its open incident is over: its end is a pending notice, and scores begin anew. */
export function afterIncident(state: HostState, over: HostIncident): HostState {
  const { incident: _, memory, ...rest } = state;
  const kept = memory ? { memory: forgetful(memory) } : {};
  return { ...rest, ...kept, pending: [...state.pending, pendingOf("resolved", over)] };
}

/** A host that comes back was off or restarted: earlier samples must not influence its scores. */
export function forgetful(memory: HostMemory): HostMemory {
  return isOfMembers(memory) ? { members: memory.members.map(forgetfulOf) } : forgetfulOf(memory);
}

function forgetfulOf(memory: DetectorMemory): DetectorMemory {
  if (isOfBands(memory)) return unremembered(memory);
  return isOfWindows(memory) ? beginning(memory.level, memory.deviation) : NO_SCORES;
}
