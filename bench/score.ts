import type { StreamEvent } from "../lib/handlers/contract.ts";
import { recordOf } from "../lib/handlers/contract.ts";
import { createMemoryStores } from "../lib/store/memory.ts";
import type { Baseline } from "../lib/watch/baseline.ts";
import { YOUNG_BELOW } from "../lib/watch/history.ts";
import { newScoreMemory } from "../lib/watch/schema-names.ts";
import { type ScorePorts, scoreBatch } from "../lib/watch/score.ts";
import { newHost } from "../lib/watch/state.ts";
import { bandsBaseline, GROUP, type Host, INTERVAL_MS, START } from "./fleet.ts";

/**
 * The score function from the parsed event to the stores, with the default detector: unpack, decode, fold, items.
 * The tables are objects in memory. Each event must be later than the one before.
 */
export function createScore(hosts: readonly Host[]): (event: StreamEvent) => Promise<void> {
  const score = scoreHosts(
    hosts.map(({ name }) => name),
    hosts.map(bandsBaseline),
  );
  return async (event) => {
    if ((await score(event)) === 0) throw new Error("an event that was scored before");
  };
}

/** The same for hosts with these baselines, which have one list of names; returns the number of judged samples. */
export function scoreHosts(
  hosts: readonly string[],
  fitted: readonly Baseline[],
): (event: StreamEvent) => Promise<number> {
  const stores = createMemoryStores(() => START);
  // A deployed function caches them for a minute.
  const baselines = new Map(fitted.map((one) => [one.owner, one]));
  const ports: ScorePorts = {
    ...stores,
    schemas: stores.baselines,
    baselines: { active: async () => baselines },
    announce: async (state) => ({ ...state, pending: [] }),
  };
  const memory = newScoreMemory();
  for (const { schema } of fitted) memory.schemas.of(schema.names);
  const ready = Promise.all(hosts.map((host) => stores.hosts.save(grown(host))));
  return async (event) => {
    await ready;
    const records = event.Records.map(recordOf);
    const { counts, failures } = await scoreBatch(ports, memory, records, {
      clock: Date.now,
      deadline: Number.POSITIVE_INFINITY,
    });
    if (failures[0]) throw failures[0].error;
    if (counts.duplicates > 0) throw new Error("an event that was scored before");
    return counts.samples;
  };
}

/** A host that has sent for a day: the history keeps one block in four of its calm samples. */
function grown(host: string) {
  const newest = START - INTERVAL_MS;
  return { ...newHost(host, GROUP), seen: YOUNG_BELOW, since: newest - YOUNG_BELOW * INTERVAL_MS, newest };
}
