import type { Incident } from "../incident/incident.ts";
import { quantile } from "../model/quantile.ts";
import { WEEK_MS } from "../time.ts";

/** How long first messages took, in milliseconds. */
interface Latencies {
  readonly messages: number;
  readonly medianMs: number;
  /** 95 % of them took no longer. */
  readonly p95Ms: number;
}

export interface MessageLatency {
  /** The messages that a scorer sent; absent without any. */
  readonly atOnce?: Latencies;
  /**
   * Those that a sweep sent. Nearly all were held back on purpose: by a silence, a quiet pattern, trouble of the group
   * or of another one, or a full allowance. A scorer that could not send leaves its message to the sweep, too.
   */
  readonly held?: Latencies;
}

/** The facts of an incident that count; times are in milliseconds since the epoch. */
interface Notified extends Pick<Incident, "kind" | "opened"> {
  readonly notified?: number | undefined;
  readonly held?: true | undefined;
}

/** Incidents that opened within this time count, the newest of them only. */
export const LATENCY_WITHIN_MS = WEEK_MS;
export const LATENCY_INCIDENTS_MAX = 200;

/**
 * From the time of the sample that opened an incident to its first message. In between the sample waits for the agent's
 * flush, the record for the batch, and a steep warning for one more record. Both times in milliseconds since the epoch.
 */
export function latencyOf(opened: number, notified: number): number {
  // A clock that is slightly ahead is not corrected.
  return Math.max(0, notified - opened);
}

/** The latency of the incidents' first messages. Those of groups and of silent hosts answer to no sample. */
export function messageLatency(incidents: Iterable<Notified>, now: number): MessageLatency {
  const atOnce: number[] = [];
  const held: number[] = [];
  for (const one of incidents) {
    if (one.kind !== "anomaly" || one.notified === undefined || one.opened <= now - LATENCY_WITHIN_MS) continue;
    (one.held ? held : atOnce).push(latencyOf(one.opened, one.notified));
  }
  return {
    ...(atOnce.length > 0 ? { atOnce: latenciesOf(atOnce) } : {}),
    ...(held.length > 0 ? { held: latenciesOf(held) } : {}),
  };
}

function latenciesOf(all: readonly number[]): Latencies {
  const values = Float64Array.from(all);
  return {
    messages: all.length,
    medianMs: Math.round(quantile(values, 0.5)),
    p95Ms: Math.round(quantile(values, 0.95)),
  };
}
