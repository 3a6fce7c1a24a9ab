import type { Clock } from "../time.ts";
import type { RejectedRecord } from "../watch/ports.ts";
import { MemoryTable } from "./memory-table.ts";
import { type Stores, storesOver } from "./stores.ts";

export interface MemoryStores extends Stores {
  /** The rejected records by sequence number. */
  readonly rejectedRecords: ReadonlyMap<string, RejectedRecord>;
}

/** All stores in memory: other tables, but the same items under the same conditions. */
export function createMemoryStores(clock: Clock): MemoryStores {
  const rejectedRecords = new Map<string, RejectedRecord>();
  return {
    ...storesOver((name) => new MemoryTable(name), clock),
    rejected: {
      async keep(record) {
        rejectedRecords.set(record.sequenceNumber, record);
      },
    },
    rejectedRecords,
    close() {},
  };
}
