import { setTimeout } from "node:timers/promises";
import { timeOfDay } from "../notify/time.ts";
import { SECOND_MS } from "../time.ts";
import type { Folded } from "../watch/fold.ts";
import type { HostState } from "../watch/state.ts";
import { statusLine } from "./host-status.ts";

const EVERY_MS = 5 * SECOND_MS;
/** Hosts shown each time; `fleetwarden status` shows a whole fleet. */
const HOSTS_SHOWN_MAX = 10;

/** The lines that `up` prints about hosts: one every five seconds for each host that sent something meanwhile. */
export function createHostLines(say: (line: string) => void) {
  const fresh = new Map<string, HostState>();

  function print(): void {
    const states = [...fresh.values()];
    fresh.clear();
    const now = Date.now();
    const time = timeOfDay(now);
    for (const state of states.slice(0, HOSTS_SHOWN_MAX)) say(`${time}  ${statusLine(state, now)}`);
    const more = states.length - HOSTS_SHOWN_MAX;
    if (more > 0) say(`${time}  and ${more} more: \`fleetwarden status\``);
  }

  return {
    /** Takes the hosts whose samples were just scored. */
    take(folded: readonly Folded[]): void {
      for (const { state } of folded) fresh.set(state.host, state);
    },
    async printUntil(ended: Promise<void>): Promise<void> {
      let running = true;
      const stop = ended.then(() => {
        running = false;
      });
      while (running) {
        await Promise.race([stop, setTimeout(EVERY_MS, undefined, { ref: false })]);
        print();
      }
    },
  };
}
