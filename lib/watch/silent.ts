import { incidentId } from "../incident/id.ts";
import type { SilentIncident } from "../incident/incident.ts";
import { DAY_MS } from "../time.ts";
import { PAST_AFTER_MS } from "./clock.ts";
import { quietMax } from "./interval.ts";
import type { HostState } from "./state.ts";

/** A host that is silent for longer is gone and opens no incident. */
const GONE_AFTER_MS = 7 * DAY_MS;
/** A host without records for longer is forgotten, with its baselines: its history expired after 30 days. */
const EXPIRED_AFTER_MS = 90 * DAY_MS;
/** A host with fewer samples has no baseline of its own yet: it may be a name that somebody mistyped or made up. */
const SAMPLES_OF_NEW = 60;
/** A host without records for longer is retired. */
const RETIRED_AFTER_MS = 30 * DAY_MS;

/** Whether the host sends nothing at `now` (ms since the epoch), as usual at that time. */
export function isOff({ arrived, interval, backBy, retired }: HostState, now: number): boolean {
  return !retired && backBy !== undefined && now <= backBy && now - arrived > quietMax(interval);
}

/**
 * Whether records are expected at `now`: not without a known interval, nor from a host that sends past samples or is
 * off.
 */
export function isExpected(state: HostState, now: number): boolean {
  const { arrived, newest, interval } = state;
  return isPresent(state, now) && interval > 0 && arrived - newest <= PAST_AFTER_MS;
}

/** Whether the host belongs to the fleet at `now` (ms since the epoch): it has sent within 7 days, and is not off. */
export function isPresent(state: HostState, now: number): boolean {
  return !state.retired && now - state.arrived < GONE_AFTER_MS && !isOff(state, now);
}

/**
 * Whether the host is newly silent. `latest` (ms since the epoch) is the time up to which records would have been seen.
 * That is the last arrival from any host while perhaps none can arrive.
 */
export function isSilent(state: HostState, latest: number): boolean {
  if (state.incident?.kind === "silent" || !isExpected(state, latest)) return false;
  return latest - state.arrived > quietMax(state.interval);
}

/** Whether to delete the host: it has been silent long enough, a new one for a day, and nothing about it is pending. */
export function isExpired({ arrived, seen, incident, pending }: HostState, now: number): boolean {
  const isNew = seen < SAMPLES_OF_NEW;
  return !incident && pending.length === 0 && arrived > 0 && now - arrived > (isNew ? DAY_MS : EXPIRED_AFTER_MS);
}

export function isForgotten({ arrived, retired }: HostState, now: number): boolean {
  return !retired && arrived > 0 && now - arrived > RETIRED_AFTER_MS;
}

/**
 * The incident of a host that a sweep finds silent at `now` (ms since the epoch). It opens a millisecond after the last
 * sample, or after `backBy`. The opening time is part of the key, and no other incident of the host opens then.
 */
export function silenceOf({ host, group, newest, verdict, unread, backBy }: HostState, now: number): SilentIncident {
  const opened = (backBy ?? newest) + 1;
  return {
    kind: "silent",
    id: incidentId(host, opened),
    host,
    group,
    revision: 1,
    opened,
    noticed: Math.round(now),
    lastSample: { time: newest, ...(verdict ? { judgement: verdict } : {}) },
    ...(unread ? { unread } : {}),
    ...(backBy === undefined ? {} : { backBy }),
  };
}
