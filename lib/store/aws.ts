import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { sleep } from "../backoff.ts";
import { clientConfig, type Environment } from "../clients.ts";
import { ENVIRONMENT } from "../resources.ts";
import type { Clock } from "../time.ts";
import { DynamoTable } from "./dynamo-table.ts";
import { createRejectedStore } from "./rejected-store.ts";
import { type Stores, storesOver } from "./stores.ts";

/** The stores in the tables and the bucket that the environment names; `random` spreads retries (uniform in [0, 1)). */
export function createStores(env: Environment, clock: Clock, random: () => number): Stores {
  const client = new DynamoDBClient(clientConfig(env));
  const rejected = createRejectedStore(env, variable(env, ENVIRONMENT.failures));
  return {
    ...storesOver((name) => new DynamoTable(client, name, variable(env, ENVIRONMENT[name]), { random, sleep }), clock),
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
