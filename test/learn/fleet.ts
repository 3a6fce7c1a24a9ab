import { DEFAULT_SETTINGS, type FitSettings } from "../../lib/learn/fit-settings.ts";
import { type FleetPorts, type FleetRefit, refitScheduled } from "../../lib/learn/fleet-refit.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { type HostState, newHost } from "../../lib/watch/state.ts";
import { keepChunk } from "../contract/examples.ts";
import { schemaOf } from "../factories.ts";
import { DAY, HOUR, MINUTE, MONDAY } from "./recording.ts";

/** A fleet of made-up groups, and what a refit of it does. */

export const NOW = MONDAY + 2 * HOUR;
export const GAUSSIAN: FitSettings = { ...DEFAULT_SETTINGS, detector: "gaussian" };
export const gaussian = () => GAUSSIAN;

/** What the refit did: `read web-07` and `write host#web-07`, in that order. */
export interface World {
  readonly ports: FleetPorts & ReturnType<typeof createMemoryStores>;
  readonly log: string[];
}

export function world(groups: Readonly<Record<string, number>>, changes: Partial<HostState> = {}): World {
  const stores = createMemoryStores(() => NOW);
  const log: string[] = [];
  const states = Object.entries(groups).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, i) => ({
      ...newHost(`${group}-${String(i).padStart(3, "0")}`, group),
      seen: 60,
      newest: MONDAY + HOUR,
      since: MONDAY,
      ...changes,
    })),
  );
  const ports = {
    ...stores,
    hosts: {
      ...stores.hosts,
      async *all() {
        yield* [...states].reverse(); // in no order
      },
    },
    history: {
      ...stores.history,
      read(host: string, from: number, to: number) {
        log.push(`read ${host}`);
        return stores.history.read(host, from, to);
      },
    },
    baselines: {
      ...stores.baselines,
      async write(...version: Parameters<typeof stores.baselines.write>) {
        log.push(`write ${version[0].owner}`);
        await stores.baselines.write(...version);
      },
    },
  };
  return { ports, log };
}

/** Sixty samples a host, with a fault of `by` at samples 50 to 54 where there is one. */
export async function keepHour({ ports }: World, host: string, by = 0): Promise<void> {
  const strange = (i: number) => by !== 0 && i >= 50 && i < 55;
  const chunk: HistoryChunk = {
    host,
    schema: schemaOf("cpu"),
    times: Float64Array.from({ length: 70 }, (_, i) => MONDAY + i * MINUTE),
    values: Float64Array.from({ length: 70 }, (_, i) => 20 + Math.sin(i * i) + (strange(i) ? by : 0)),
    flags: Uint8Array.from({ length: 70 }, (_, i) => (strange(i) ? Flag.anomaly | Flag.incident : 0)),
  };
  await keepChunk(ports, chunk);
}

export const inTime = (now = NOW) => ({ now, outOfTime: () => false });

/** Time for this many hosts. */
export function timeFor({ log }: World, hosts: number, now = NOW) {
  const end = readsOf(log).length + hosts;
  return { now, outOfTime: () => readsOf(log).length >= end };
}

export const readsOf = (log: readonly string[]) =>
  log.filter((entry) => entry.startsWith("read ")).map((entry) => entry.slice("read ".length));

export const hostsOf = (group: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${group}-${String(i).padStart(3, "0")}`);

/** Ports whose history cannot be read of these hosts. */
export const broken = ({ ports }: World, hosts: readonly string[]) => ({
  ...ports,
  history: {
    ...ports.history,
    read: (...query: Parameters<typeof ports.history.read>) => {
      if (hosts.includes(query[0])) throw new Error("throttled");
      return ports.history.read(...query);
    },
  },
});

/**
 * A run of the scheduled refit. At the history of these hosts, or at the version of these owners, memory or time ends
 * the run: undefined. Nothing of it happens after that.
 */
export function runEndedAt(
  ports: FleetPorts,
  ends: readonly string[],
  refit = (dying: FleetPorts) => refitScheduled(dying, gaussian, DAY, inTime()),
): Promise<FleetRefit | undefined> {
  return new Promise((resolve, reject) => {
    const end = () => {
      resolve(undefined);
      return new Promise<never>(() => undefined);
    };
    const dying: FleetPorts = {
      ...ports,
      history: {
        ...ports.history,
        async *read(...query) {
          if (ends.includes(query[0])) await end();
          yield* ports.history.read(...query);
        },
      },
      baselines: {
        ...ports.baselines,
        write: (...version) => (ends.includes(version[0].owner) ? end() : ports.baselines.write(...version)),
      },
    };
    refit(dying).then(resolve, reject);
  });
}
