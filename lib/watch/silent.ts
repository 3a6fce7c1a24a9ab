import { incidentId } from "../incident/id.ts";
import type { SilentIncident } from "../incident/incident.ts";
import { DAY_MS } from "../time.ts";
import { PAST_AFTER_MS } from "./fold.ts";
import { quietMax } from "./interval.ts";
import type { HostState } from "./state.ts";

/** Silent for longer, a host is gone: that is no news any more. */
const GONE_AFTER_MS = 7 * DAY_MS;
/** Nobody waits for a host that was not heard of for so long. */
const RETIRED_AFTER_MS = 30 * DAY_MS;

/** Whether records of the host are awaited at `now`. Not if nobody knows how often, or if its samples are from the past, like a file's. */
export function isExpected({ arrived, newest, interval, retired }: HostState, now: number): boolean {
  return !retired && interval > 0 && arrived - newest <= PAST_AFTER_MS && now - arrived < GONE_AFTER_MS;
}

/** Whether the host belongs to the fleet at `now` (ms since the epoch): it sends, or did so not long ago. */
export function isPresent({ arrived, retired }: HostState, now: number): boolean {
  return !retired && now - arrived < GONE_AFTER_MS;
}

/**
 * Whether the host is newly silent. `latest` is up to when records would have been seen (ms since the epoch): when the last one of
 * any host arrived, as long as it may be that none can arrive.
 */
export function isSilent(state: HostState, latest: number): boolean {
  if (state.incident?.kind === "silent" || !isExpected(state, latest)) return false;
  return latest - state.arrived > quietMax(state.interval);
}

/** Whether the host is to be retired without being asked. */
export function isForgotten({ arrived, retired }: HostState, now: number): boolean {
  return !retired && arrived > 0 && now - arrived > RETIRED_AFTER_MS;
}

/**
 * The incident of a host that was found silent at `now` (ms since the epoch). Incidents are told apart by when they opened:
 * a millisecond after the last sample no other silence of the host can begin, and no anomaly.
 */
export function silenceOf({ host, group, newest, verdict }: HostState, now: number): SilentIncident {
  const opened = newest + 1;
  return {
    kind: "silent",
    id: incidentId(host, opened),
    host,
    group,
    revision: 1,
    opened,
    noticed: Math.round(now),
    lastSample: { time: newest, ...(verdict ? { judgement: verdict } : {}) },
  };
}
