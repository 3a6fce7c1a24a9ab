import type { StreamEvent } from "../lib/handlers/contract.ts";
import { recordOf } from "../lib/handlers/handlers.ts";
import type { Covariance } from "../lib/model/gaussian.ts";
import { APPLIED_MAX } from "../lib/watch/fold.ts";
import { YOUNG_BELOW } from "../lib/watch/history.ts";
import { type ScoreCounts, type ScoreMemory, type ScorePorts, scoreBatch } from "../lib/watch/score.ts";
import { type HostState, newHost } from "../lib/watch/state.ts";
import { Schemas } from "../lib/wire/schemas.ts";
import { createBaseline, GROUP, type Host, INTERVAL_MS, SCHEMA, START } from "./fleet.ts";

/**
 * The score function between the parsed event and the stores: records to bytes, decode, fold, and what leads there.
 * The stores are objects in memory, the same ones at each call, so that every call has the same work to do.
 */
export function createScore(
  hosts: readonly Host[],
  covariance: Covariance,
): (event: StreamEvent) => Promise<ScoreCounts> {
  const ports = createPorts(hosts, covariance);
  const memory: ScoreMemory = { schemas: new Schemas(), stored: new Set([SCHEMA.id]) };
  memory.schemas.of(SCHEMA.names);
  return async (event) => {
    const records = event.Records.map(recordOf);
    const { counts, failures } = await scoreBatch(ports, memory, records, Date.now, Number.POSITIVE_INFINITY);
    if (failures[0]) throw failures[0].error;
    return counts;
  };
}

function createPorts(hosts: readonly Host[], covariance: Covariance): ScorePorts {
  const states = new Map(hosts.map(({ name }) => [name, grownHost(name)]));
  const baselines = new Map(hosts.map((host) => createBaseline(host, covariance)).map((one) => [one.owner, one]));
  const nothing = async () => {};
  return {
    hosts: {
      load: async (names) => new Map(names.flatMap((name) => entryOf(states, name))),
      save: async (state) => ({ ...state, revision: state.revision + 1 }),
      unsent: unused,
      all: unused,
    },
    baselines: { active: async (owners) => new Map(owners.flatMap((owner) => entryOf(baselines, owner))) },
    schemas: { names: unused, remember: unused },
    history: { keep: nothing, read: unused },
    incidents: { save: nothing, get: unused, find: unused, ofHost: unused, feed: unused, label: unused },
    rejected: { keep: unused },
    publisher: { publish: nothing },
  };
}

/** A host heard of for longer than everything is kept of it. */
function grownHost(name: string): HostState {
  const applied = Array.from({ length: APPLIED_MAX }, (_, i) => START - (APPLIED_MAX - i) * INTERVAL_MS);
  return { ...newHost(name, GROUP), revision: 1, seen: YOUNG_BELOW, newest: START - INTERVAL_MS, applied };
}

function entryOf<T>(map: ReadonlyMap<string, T>, key: string): [string, T][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

function unused(): never {
  throw new Error("scoring these records has no use for this");
}
