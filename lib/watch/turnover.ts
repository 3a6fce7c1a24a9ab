import { HOUR_MS, WEEK_MS } from "../time.ts";
import type { HostState } from "./state.ts";

/** A silent host that is not back after this time is gone, and one that was first seen within a week is new. */
const GONE_AFTER_MS = 6 * HOUR_MS;
const NEW_WITHIN_MS = WEEK_MS;
/** This number of each is a habit of the group and no accident. */
const HOSTS_MIN = 3;

/** A group whose hosts come and go, although each that goes brings an alert. */
export interface Turnover {
  readonly group: string;
  readonly gone: number;
  readonly come: number;
}

/**
 * The groups of which several hosts fell silent for good while others came, by the alphabet. In a group that is new
 * itself all hosts are. `now` is in milliseconds since the epoch.
 */
export function turnovers(states: readonly HostState[], now: number): readonly Turnover[] {
  const groups = new Map<string, { gone: number; come: number; isOld: boolean }>();
  for (const state of states) {
    const counts = groups.get(state.group) ?? { gone: 0, come: 0, isOld: false };
    groups.set(state.group, counts);
    const isNew = now - state.since < NEW_WITHIN_MS;
    counts.isOld ||= !isNew;
    if (state.incident?.kind === "silent") counts.gone += now - state.arrived > GONE_AFTER_MS ? 1 : 0;
    else if (!state.retired && isNew) counts.come++;
  }
  return [...groups]
    .filter(([, { gone, come, isOld }]) => isOld && gone >= HOSTS_MIN && come >= HOSTS_MIN)
    .map(([group, { gone, come }]) => ({ group, gone, come }))
    .sort((a, b) => (a.group < b.group ? -1 : 1));
}
