import { HOUR_MS } from "../time.ts";
import type { HostState } from "../watch/state.ts";
import { type Quota, take } from "./allowance.ts";
import { UNJUDGED_MAX, type UnjudgedHost } from "./news.ts";
import { noteTold } from "./once.ts";
import type { AlertPorts } from "./ports.ts";
import type { Sending } from "./send.ts";

/** A release renames metrics on one host after the other: the first message names the first, the next the others. */
const UNJUDGED_MESSAGES: Quota = { name: "unjudged", most: 1, windowMs: HOUR_MS };

/**
 * Names the hosts of which nothing is judged, in one message that comes once until something is judged again. It
 * publishes before it notes so, hence at least once.
 */
export async function reportUnjudged(ports: AlertPorts, sending: Sending, hosts: readonly HostState[]): Promise<void> {
  const blind = hosts.flatMap(blindOf).sort((a, b) => a.since - b.since);
  if (blind.length === 0 || !(await take(ports.alerting, UNJUDGED_MESSAGES, sending.fullUntil, sending.clock))) return;
  const news = { at: Math.round(sending.clock()), hosts: blind.slice(0, UNJUDGED_MAX), hostsInAll: blind.length };
  await ports.publisher.publish({ kind: "hosts-unjudged", ...news }, { sms: false });
  await noteTold(ports, hosts, withTold);
}

function blindOf({ host, group, unjudged, verdict }: HostState): UnjudgedHost[] {
  return unjudged && verdict ? [{ host, group, baseline: verdict.baseline.owner, since: unjudged.since }] : [];
}

function withTold(state: HostState): HostState | undefined {
  return state.unjudged ? { ...state, unjudged: { ...state.unjudged, told: true } } : undefined;
}
