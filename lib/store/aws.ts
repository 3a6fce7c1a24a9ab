import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { sleep } from "../backoff.ts";
import { clientConfig, type Environment } from "../clients.ts";
import { ENVIRONMENT, type TableName } from "../resources.ts";
import type { Clock } from "../time.ts";
import { type Bucket, openBucket } from "./bucket.ts";
import { DynamoTable } from "./dynamo-table.ts";
import { createGivenUpStore } from "./given-up-store.ts";
import { type OnUnreadable, refuse } from "./item-reader.ts";
import { createRejectedStore } from "./rejected-store.ts";
import { type Stores, storesOver } from "./stores.ts";
import { watchThrottles } from "./watch-throttles.ts";

/**
 * The stores in the tables and the bucket that the environment names; `random` spreads retries (uniform in [0, 1)). A
 * read of an item that this program cannot read fails, unless `unreadable` says otherwise. `onThrottle` is called for
 * each answer in which DynamoDB throttles.
 */
export function createStores(
  env: Environment,
  clock: Clock,
  random: () => number,
  unreadable: (bucket: Bucket) => OnUnreadable = () => refuse,
  onThrottle: () => void = () => {},
): Stores {
  const client = new DynamoDBClient(clientConfig(env));
  watchThrottles(client, onThrottle);
  const bucket = openBucket(env, variable(env, ENVIRONMENT.failures));
  const tableOf = (name: TableName) =>
    new DynamoTable(client, name, variable(env, ENVIRONMENT[name]), { random, sleep });
  return {
    ...storesOver(tableOf, unreadable(bucket), clock),
    rejected: createRejectedStore(bucket),
    givenUp: createGivenUpStore(bucket, env.AWS_LAMBDA_FUNCTION_NAME),
    close() {
      client.destroy();
      bucket.close();
    },
  };
}

function variable(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`environment variable ${name} is not set: it names a resource of the stack`);
  return value;
}
