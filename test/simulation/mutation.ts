import type { AlertPorts } from "../../lib/alert/ports.ts";
import type { BatchPorts } from "../../lib/local/batch.ts";
import type { TableName } from "../../lib/resources.ts";
import type { OnUnreadable } from "../../lib/store/item-reader.ts";
import type { ItemTable } from "../../lib/store/item-table.ts";
import type { PolicyOf } from "../../lib/watch/policy.ts";
import type { ScoreOutcome } from "../../lib/watch/score.ts";
import type { Run } from "./ledger.ts";
import type { Stores, Surroundings } from "./process.ts";
import type { Put } from "./stream.ts";

export type Ports = Stores & AlertPorts;

/** One fault planted in the protocol, of one world. Each part is absent where the fault changes nothing. */
export interface Mutation {
  /** Attempts of the mapping, in place of those that the world draws. */
  readonly retryAttempts?: number;
  /** The table below the stores. */
  table?(name: TableName, table: ItemTable, surroundings: Surroundings): ItemTable;
  /** The calls of one run's code. */
  ports?(ports: Ports, run: Run): Ports;
  /** The records of a run of `score`. */
  records?(records: readonly Put[]): readonly Put[];
  /** The answer of a run of `score`. */
  outcome?(outcome: ScoreOutcome, records: readonly Put[]): ScoreOutcome;
  /** The calls of a shard's poller. */
  poller?(ports: BatchPorts<Put>): BatchPorts<Put>;
  /** The treatment of unreadable items. */
  readonly unreadable?: OnUnreadable;
  /** Batches at once take turns, whatever the partition keys of their records are. */
  readonly ignoresKeys?: true;
  /** Children of a shard are read before it. */
  readonly ignoresParents?: true;
  /** The policies by which a run scores. */
  policyOf?(policyOf: PolicyOf, run: Run): PolicyOf;
  /** Samples that wait for more of their values are left alone by the sweep. */
  readonly ignoresWaiting?: true;
  /** No sweep runs. */
  readonly ignoresSchedule?: true;
}

export interface Mutant {
  /** The fault in words. */
  readonly name: string;
  /** Each world has its own, so that counts begin anew. */
  plant(): Mutation;
}

/** A mutant whose table of this name behaves differently in some operations. */
export function inTable(
  name: string,
  of: TableName,
  change: (table: ItemTable, some: (oneIn: number) => boolean) => Partial<ItemTable>,
): Mutant {
  return {
    name,
    plant: () => {
      const some = sometimes();
      return { table: (one, table) => (one === of ? { ...bound(table), ...change(table, some) } : table) };
    },
  };
}

type PortChanges = { readonly [K in keyof Ports]?: Partial<Ports[K]> };

/** A mutant whose runs of this kind meet ports that behave differently; without a kind, all runs. */
export function inRun(
  name: string,
  kind: Run["kind"] | undefined,
  change: (ports: Ports, some: (oneIn: number) => boolean) => PortChanges,
): Mutant {
  return {
    name,
    plant: () => {
      const some = sometimes();
      return { ports: (ports, run) => (kind && run.kind !== kind ? ports : changed(ports, change(ports, some))) };
    },
  };
}

function changed(ports: Ports, changes: PortChanges): Ports {
  const { hosts, baselines, schemas, history, incidents, rejected, alerting, publisher } = changes;
  return {
    ...ports,
    hosts: { ...ports.hosts, ...hosts },
    baselines: { ...ports.baselines, ...baselines },
    schemas: { ...ports.schemas, ...schemas },
    history: { ...ports.history, ...history },
    incidents: { ...ports.incidents, ...incidents },
    rejected: { ...ports.rejected, ...rejected },
    alerting: { ...ports.alerting, ...alerting },
    publisher: { ...ports.publisher, ...publisher },
  };
}

/** The table as a plain object: spreading one of a class loses its methods. */
function bound(table: ItemTable): ItemTable {
  return {
    get: (...of) => table.get(...of),
    put: (...of) => table.put(...of),
    update: (...of) => table.update(...of),
    delete: (...of) => table.delete(...of),
    query: (...of) => table.query(...of),
    scan: () => table.scan(),
  };
}

/** True at each n-th question: a fault that always strikes would not let a world begin. */
function sometimes(): (oneIn: number) => boolean {
  let asked = 0;
  return (oneIn) => ++asked % oneIn === 0;
}
