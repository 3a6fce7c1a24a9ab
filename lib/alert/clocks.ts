import { HOUR_MS } from "../time.ts";
import { correctionOf } from "../watch/clock.ts";
import type { HostState } from "../watch/state.ts";
import { type Quota, take } from "./allowance.ts";
import { CLOCKS_MAX, type WrongClock } from "./news.ts";
import type { AlertPorts } from "./ports.ts";
import type { Sending } from "./send.ts";
import { noteTold } from "./told.ts";

/** When a time server fails, hosts find out one by one: the first message names the first, the next the others. */
const CLOCK_MESSAGES: Quota = { name: "clocks", most: 1, windowMs: HOUR_MS };

/**
 * Names the hosts whose clock is known to be wrong in one message. A host is named once until its clock was right
 * again. The message goes before the note, so it goes at least once.
 */
export async function reportClocks(ports: AlertPorts, sending: Sending, hosts: readonly HostState[]): Promise<void> {
  const wrong = hosts.flatMap(wrongClockOf);
  if (wrong.length === 0 || !(await take(ports.alerting, CLOCK_MESSAGES, sending.fullUntil, sending.clock))) return;
  const clocks = wrong.sort((a, b) => Math.abs(b.offset) - Math.abs(a.offset)).slice(0, CLOCKS_MAX);
  const at = Math.round(sending.clock());
  await ports.publisher.publish({ kind: "clocks-wrong", at, clocks, clocksInAll: wrong.length }, { sms: false });
  await noteTold(ports, hosts, withTold);
}

function wrongClockOf({ host, group, clock }: HostState): WrongClock[] {
  const correction = correctionOf(clock);
  return correction ? [{ host, group, offset: correction.offset }] : [];
}

function withTold(state: HostState): HostState | undefined {
  return state.clock && correctionOf(state.clock) ? { ...state, clock: { ...state.clock, told: true } } : undefined;
}
