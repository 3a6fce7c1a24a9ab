import { severityOf } from "../incident/incident.ts";
import { isProvisional, ratioOf } from "../incident/judgement.ts";
import { CRITICAL_RATIO } from "../incident/severity.ts";
import { SECOND_MS } from "../time.ts";
import type { HostState, PendingNotice } from "./state.ts";

/** A warning waits no longer than this, in the time of samples, for one that may make it critical. */
export const WORSENS_WITHIN_MS = 75 * SECOND_MS;
/**
 * Three strange samples of five open an incident; after two more, the score reached by three of five is reached by
 * most.
 */
const SAMPLES_TO_SETTLE = 3;
/** A smaller score rarely becomes critical so soon. */
const STEEP_SHARE = 0.5;

/**
 * Whether the next sample may make a warning critical that has just opened, and comes soon enough to wait for it.
 * People want one message, not two in a minute.
 */
export function mayWorsen({ incident, interval, newest }: HostState): boolean {
  if (incident?.kind !== "anomaly" || severityOf(incident) === "critical") return false;
  const { peak, opened, samples } = incident;
  if (!peak.judgement || isProvisional(peak.judgement.baseline) || samples >= SAMPLES_TO_SETTLE) return false;
  const isSteep = ratioOf(peak) >= STEEP_SHARE * CRITICAL_RATIO;
  return isSteep && interval > 0 && newest - opened + interval <= WORSENS_WITHIN_MS;
}

/**
 * Dates new notices, and the warning that has waited for these samples: the sweep does not touch a scorer's notices for
 * a while. Notices that the sweep or a person decided before stay without a date, so that the scorer leaves them alone.
 */
export function dated(state: HostState, before: HostState, now: number): HostState {
  if (state.pending.length === 0) return state;
  const since = Math.round(now);
  const isKnown = ({ kind, id, revision }: PendingNotice) =>
    before.pending.some((one) => one.kind === kind && one.id === id && one.revision === revision);
  const isDue = ({ id, since: saved }: PendingNotice) =>
    saved === undefined || (mayWorsen(before) && id === before.incident?.id && since - saved < WORSENS_WITHIN_MS);
  const isForeign = (one: PendingNotice) => one.since === undefined && isKnown(one);
  return {
    ...state,
    pending: state.pending.map((one) => (isDue(one) && !isForeign(one) ? { ...one, since } : one)),
  };
}
