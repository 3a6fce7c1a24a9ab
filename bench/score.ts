import type { StreamEvent } from "../lib/handlers/contract.ts";
import { recordOf } from "../lib/handlers/contract.ts";
import { APPLIED_MAX } from "../lib/watch/fold.ts";
import { YOUNG_BELOW } from "../lib/watch/history.ts";
import { type ScoreCounts, type ScoreMemory, type ScorePorts, scoreBatch } from "../lib/watch/score.ts";
import { type HostState, newHost } from "../lib/watch/state.ts";
import { Schemas } from "../lib/wire/schemas.ts";
import { createBaseline, createRows, GROUP, type Host, INTERVAL_MS, type Kind, SCHEMA, START } from "./fleet.ts";

/**
 * The score function between the parsed event and the stores: records to bytes, decode, fold, and what leads there.
 * The stores are objects in memory, the same ones at each call, so that every call has the same work to do.
 */
export function createScore(hosts: readonly Host[], kind: Kind): (event: StreamEvent) => Promise<ScoreCounts> {
  const ports = createPorts(hosts, kind);
  const memory: ScoreMemory = { schemas: new Schemas(), stored: new Set([SCHEMA.id]) };
  memory.schemas.of(SCHEMA.names);
  return async (event) => {
    const records = event.Records.map(recordOf);
    const { counts, failures } = await scoreBatch(ports, memory, records, Date.now, Number.POSITIVE_INFINITY);
    if (failures[0]) throw failures[0].error;
    return counts;
  };
}

function createPorts(hosts: readonly Host[], kind: Kind): ScorePorts {
  const states = new Map(hosts.map((host) => [host.name, grownHost(host)]));
  const baselines = new Map(hosts.map((host) => createBaseline(host, kind)).map((one) => [one.owner, one]));
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
    incidents: {
      save: nothing,
      get: unused,
      find: unused,
      ofHost: unused,
      feed: unused,
      label: unused,
      acknowledge: unused,
    },
    rejected: { keep: unused },
    announce: async (state) => state,
  };
}

/** A host heard of for longer than everything is kept of it. */
function grownHost(host: Host): HostState {
  const applied = Array.from({ length: APPLIED_MAX }, (_, i) => START - (APPLIED_MAX - i) * INTERVAL_MS);
  const since = START - YOUNG_BELOW * INTERVAL_MS;
  const known = { schema: SCHEMA.id, vector: createRows(host, 1, 3, false) };
  return {
    ...newHost(host.name, GROUP),
    revision: 1,
    seen: YOUNG_BELOW,
    since,
    newest: START - INTERVAL_MS,
    applied,
    ...known,
  };
}

function entryOf<T>(map: ReadonlyMap<string, T>, key: string): [string, T][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

function unused(): never {
  throw new Error("scoring these records has no use for this");
}
