import { HOUR_MS, MINUTE_MS } from "../time.ts";
import type { HostState } from "../watch/state.ts";
import { type Quota, take } from "./allowance.ts";
import { UNJUDGED_MAX, type UnjudgedHost } from "./news.ts";
import type { AlertPorts } from "./ports.ts";
import type { Sending } from "./send.ts";
import { noteTold } from "./told.ts";

/** A release renames metrics on one host after the other: the first message names the first, the next the others. */
const UNJUDGED_MESSAGES: Quota = { name: "unjudged", most: 1, windowMs: HOUR_MS };
/**
 * One odd record, such as the first of a program, is not worth a message; neither is the last one of a host that died.
 */
const UNJUDGED_FOR_MS = 10 * MINUTE_MS;

/**
 * Notes when a host was first seen without a judged sample. Names the hosts that have been so for ten minutes in one
 * message. A host is named once until one of its samples is judged again. The message goes before the note, so it goes
 * at least once.
 */
export async function reportUnjudged(ports: AlertPorts, sending: Sending, hosts: readonly HostState[]): Promise<void> {
  const at = Math.round(sending.clock());
  const fresh = hosts.filter(({ unjudged }) => unjudged?.since === undefined);
  await noteTold(ports, fresh, (state) => state.unjudged && { ...state, unjudged: { since: at, ...state.unjudged } });
  const due = hosts.filter(({ unjudged: { since } = {}, newest }) => {
    return since !== undefined && at - since >= UNJUDGED_FOR_MS && newest > since;
  });
  const blind = due.flatMap(blindOf).sort((a, b) => a.since - b.since);
  if (blind.length === 0 || !(await take(ports.alerting, UNJUDGED_MESSAGES, sending.fullUntil, sending.clock))) return;
  const news = { at, hosts: blind.slice(0, UNJUDGED_MAX), hostsInAll: blind.length };
  await ports.publisher.publish({ kind: "hosts-unjudged", ...news }, { sms: false });
  await noteTold(ports, due, withTold);
}

function blindOf({ host, group, unjudged, verdict }: HostState): UnjudgedHost[] {
  if (unjudged?.since === undefined || !verdict) return [];
  return [{ host, group, baseline: verdict.baseline.owner, since: unjudged.since }];
}

function withTold(state: HostState): HostState | undefined {
  return state.unjudged ? { ...state, unjudged: { ...state.unjudged, told: true } } : undefined;
}
