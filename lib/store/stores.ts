import type { GivenUpStore } from "../alert/given-up.ts";
import type { AlertingStore } from "../alert/ports.ts";
import type { RowsStore } from "../learn/labelled-rows.ts";
import type { BaselineLedger } from "../learn/report.ts";
import type { TableName } from "../resources.ts";
import type { Clock } from "../time.ts";
import type {
  BaselineStore,
  HistoryStore,
  HostStore,
  IncidentStore,
  RejectedStore,
  SchemaStore,
} from "../watch/ports.ts";
import { createAlertingStore } from "./alerting-store.ts";
import { createBaselineStore } from "./baseline-store.ts";
import { createHistoryStore } from "./history-store.ts";
import { createHostStore } from "./host-store.ts";
import { createIncidentStore } from "./incident-store.ts";
import type { OnUnreadable } from "./item-reader.ts";
import type { ItemTable } from "./item-table.ts";
import { createRowsStore } from "./rows-store.ts";
import { createSchemaStore } from "./schema-store.ts";

/** All stores of the functions. */
export interface Stores {
  readonly hosts: HostStore;
  readonly baselines: BaselineStore & SchemaStore & BaselineLedger & RowsStore;
  readonly history: HistoryStore;
  readonly incidents: IncidentStore;
  readonly alerting: AlertingStore;
  readonly rejected: RejectedStore;
  readonly givenUp: GivenUpStore;
  /** Ends the connections. */
  close(): void;
}

/** The stores over these tables. */
export function storesOver(
  tableOf: (name: TableName) => ItemTable,
  onUnreadable: OnUnreadable,
  clock: Clock,
): Omit<Stores, "rejected" | "givenUp" | "close"> {
  const table = tableOf("baselines");
  const baselines = {
    ...createBaselineStore(table, onUnreadable, clock),
    ...createRowsStore(table, onUnreadable),
    ...createSchemaStore(table, onUnreadable, clock),
  };
  return {
    hosts: createHostStore(tableOf("hosts"), onUnreadable),
    baselines,
    history: createHistoryStore(tableOf("history"), onUnreadable, baselines, clock),
    incidents: createIncidentStore(tableOf("incidents"), onUnreadable),
    alerting: createAlertingStore(tableOf("alerting"), onUnreadable, clock),
  };
}
