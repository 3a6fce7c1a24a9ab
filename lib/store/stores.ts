import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AlertingStore } from "../alert/ports.ts";
import { sleep } from "../backoff.ts";
import { clientConfig, type Environment } from "../clients.ts";
import type { BaselineLedger } from "../learn/report.ts";
import { ENVIRONMENT, type TableName } from "../resources.ts";
import type { Clock } from "../time.ts";
import type {
  BaselineStore,
  HistoryStore,
  HostStore,
  IncidentStore,
  RejectedStore,
  SchemaStore,
} from "../watch/ports.ts";
import { createAlertingStore } from "./alerting.ts";
import { createBaselineStore } from "./baselines.ts";
import { DynamoTable } from "./dynamo.ts";
import { createHistoryStore } from "./history.ts";
import { createHostStore } from "./hosts.ts";
import { createIncidentStore } from "./incidents.ts";
import { createRejectedStore } from "./rejected.ts";

/** Everything that the functions remember. */
export interface Stores {
  readonly hosts: HostStore;
  readonly baselines: BaselineStore & SchemaStore & BaselineLedger;
  readonly history: HistoryStore;
  readonly incidents: IncidentStore;
  readonly alerting: AlertingStore;
  readonly rejected: RejectedStore;
  /** Ends the connections. */
  close(): void;
}

/** The stores in the tables and the bucket that the environment names; `random` spreads retries (uniform in [0, 1)). */
export function createStores(env: Environment, clock: Clock, random: () => number): Stores {
  const client = new DynamoDBClient(clientConfig(env));
  const table = (name: TableName) => new DynamoTable(client, name, variable(env, ENVIRONMENT[name]), { random, sleep });
  const baselines = createBaselineStore(table("baselines"));
  const rejected = createRejectedStore(env, variable(env, ENVIRONMENT.failures));
  return {
    hosts: createHostStore(table("hosts")),
    baselines,
    history: createHistoryStore(table("history"), baselines, clock),
    incidents: createIncidentStore(table("incidents")),
    alerting: createAlertingStore(table("alerting"), clock),
    rejected,
    close() {
      client.destroy();
      rejected.close();
    },
  };
}

function variable(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`environment variable ${name} is not set: it names a resource of the stack`);
  return value;
}
