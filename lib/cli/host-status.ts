import { isProvisional } from "../incident/judgement.ts";
import { SAMPLES_MIN } from "../learn/training-fit.ts";
import { clockProblem } from "../notify/clock-error.ts";
import { decimal } from "../notify/format.ts";
import { isOff } from "../watch/silent.ts";
import type { HostState } from "../watch/state.ts";
import { whyUnjudged } from "../watch/unjudged.ts";

export type HostStatus = ReturnType<typeof statusOf>;

/** One host as `status` and the console of `up` show it at this time (ms since the epoch). */
export function statusOf(state: HostState, now: number) {
  const { host, group, seen, flagged, ingest, odd, unread, verdict, incident, newest } = state;
  const clock = clockProblem(state);
  return {
    host,
    group,
    status: wordsFor(state, now),
    ...(verdict
      ? {
          score: verdict.score,
          epsilon: verdict.epsilon,
          baseline: `${verdict.baseline.owner} v${verdict.baseline.version}`,
        }
      : {}),
    ...(incident ? { incident: incident.id } : {}),
    samples: seen,
    /** Those of them that were above epsilon. */
    anomalies: flagged,
    ingest,
    ...(odd ? { odd } : {}),
    ...(unread ? { unread } : {}),
    /** ISO 8601; absent while the first one waits for its rest. */
    ...(newest > 0 ? { lastSample: new Date(newest).toISOString() } : {}),
    ...(clock ? { clock } : {}),
  };
}

/** `web-07  score 18.2  epsilon 41.6  normal`. */
export function statusLine(state: HostState, now: number): string {
  const { host, status, score, epsilon } = statusOf(state, now);
  const numbers =
    score === undefined || epsilon === undefined ? "" : `  score ${decimal(score)}  epsilon ${decimal(epsilon)}`;
  return `${host}${numbers}  ${status}`;
}

function wordsFor(state: HostState, now: number): string {
  const { verdict, incident, seen, retired, unread } = state;
  if (retired) return "retired";
  if (unread) return `sends nothing usable${incident ? ` ${incident.id}` : ""}: ${unread.reason}`;
  if (incident?.kind === "silent") return `silent ${incident.id}`;
  if (incident) return `incident ${incident.id}${incident.unstable ? ", unstable" : ""}`;
  if (isOff(state, now)) return "usually off now";
  if (!verdict) return `learning ${Math.min(seen, SAMPLES_MIN)}/${SAMPLES_MIN}`;
  const unjudged = whyUnjudged(state);
  if (unjudged) return `not judged: ${unjudged}`;
  const words = verdict.score > verdict.epsilon ? "anomaly" : "normal";
  return isProvisional(verdict.baseline) ? `${words}, provisional` : words;
}
