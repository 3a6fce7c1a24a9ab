// Hosts that report each minute, and their states after they stop.
import type { AlertPorts } from "../../lib/alert/ports.ts";
import type { AlertSettings } from "../../lib/alert/settings.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { NO_POLICY } from "../../lib/watch/policy.ts";
import { parseRule } from "../../lib/watch/rule-text.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { START, state } from "../factories.ts";
import { createWorld, DAY, MINUTE, type World } from "./support.ts";

/** A host that reports each minute, last at `START`. */
export function reporting(host: string, changes: Partial<HostState> = {}): HostState {
  return state({
    host,
    seen: 600,
    since: START - DAY,
    newest: START - 2_000,
    arrived: START,
    interval: MINUTE,
    ...changes,
  });
}

/** A fleet in memory whose sweeps happen at given minutes after `START`. */
export function fleetOf(...states: readonly HostState[]) {
  return fleetWith({}, ...states);
}

/** The same with these settings of alerts. */
export async function fleetWith(settings: Partial<AlertSettings>, ...states: readonly HostState[]) {
  const world: World = createWorld({ settings });
  for (const one of states) await world.ports.hosts.save(one);
  return {
    ...world,
    /** The notices sent so far. */
    notices: (): readonly Notice[] => world.told.flatMap(({ news }) => ("incident" in news ? [news] : [])),
    sweepAt(minutes: number, other: Partial<AlertPorts> = {}) {
      world.goTo(START + minutes * MINUTE);
      return world.sweep(other);
    },
    /** The host's next record arrives, with a sample of a second before. */
    sends(host: string, minutes: number) {
      world.goTo(START + minutes * MINUTE);
      return world.send([{ host }], [0]);
    },
  };
}

export const BUSY_RULE = { ...NO_POLICY, rules: [parseRule({ if: "cpu > 95" })] };
export const busy = reporting("busy", { arrived: START + 10 * MINUTE, newest: START + 10 * MINUTE });
