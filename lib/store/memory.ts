import type { TableName } from "../resources.ts";
import type { Clock } from "../time.ts";
import type { RejectedRecord } from "../watch/ports.ts";
import { type OnUnreadable, refuse } from "./item-reader.ts";
import { MemoryTable } from "./memory-table.ts";
import { type Stores, storesOver } from "./stores.ts";

export interface MemoryStores extends Stores {
  /** The rejected records by sequence number. */
  readonly rejectedRecords: ReadonlyMap<string, RejectedRecord>;
  readonly tables: Readonly<Record<TableName, MemoryTable>>;
}

/** All stores in memory: other tables, but the same items under the same conditions. */
export function createMemoryStores(clock: Clock, onUnreadable: OnUnreadable = refuse): MemoryStores {
  const rejectedRecords = new Map<string, RejectedRecord>();
  const tables = tablesInMemory();
  return {
    ...storesOver((name) => tables[name], onUnreadable, clock),
    tables,
    rejected: {
      async keep(record) {
        rejectedRecords.set(record.sequenceNumber, record);
      },
      async recent(from, to) {
        return [...rejectedRecords.values()].filter(({ arrival }) => from <= arrival && arrival < to);
      },
    },
    rejectedRecords,
    // Nothing in memory runs under Lambda.
    givenUp: { since: async () => [] },
    close() {},
  };
}

function tablesInMemory(): Readonly<Record<TableName, MemoryTable>> {
  return {
    hosts: new MemoryTable("hosts"),
    baselines: new MemoryTable("baselines"),
    history: new MemoryTable("history"),
    incidents: new MemoryTable("incidents"),
    alerting: new MemoryTable("alerting"),
  };
}
