import { once } from "node:events";
import type { Server } from "node:http";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { clientConfig, type Environment } from "../../lib/clients.ts";
import { ENVIRONMENT, TABLE_NAMES, TABLES, type Table, type TableName } from "../../lib/resources.ts";

/** DynamoDB in this process with the five tables, and the environment that leads to it. */
export async function startDynalite(): Promise<{ readonly env: Environment; stop(): Promise<void> }> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const env = { ...tableVariables(), [ENVIRONMENT.failures]: "failures", AWS_ENDPOINT_URL: urlOf(server) };
  const client = new DynamoDBClient(clientConfig(env));
  await Promise.all(TABLE_NAMES.map((name) => client.send(creation(name))));
  client.destroy();
  return {
    env,
    async stop() {
      server.close();
      await once(server, "close");
    },
  };
}

export function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
  return `http://127.0.0.1:${address.port}`;
}

function tableVariables(): Environment {
  return Object.fromEntries(TABLE_NAMES.map((name) => [ENVIRONMENT[name], `test-${name}`]));
}

function creation(name: TableName): CreateTableCommand {
  const table: Table = TABLES[name];
  const keys = [table, ...table.indexes].flatMap(({ partitionKey, sortKey }) => [
    partitionKey,
    sortKey ?? partitionKey,
  ]);
  const indexes = table.indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: schemaOf(index),
    Projection: { ProjectionType: index.projection },
  }));
  return new CreateTableCommand({
    TableName: `test-${name}`,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [...new Map(keys.map((key) => [key.name, key.type]))].map(
      ([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      }),
    ),
    KeySchema: schemaOf(table),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
  });
}

function schemaOf({ partitionKey, sortKey }: Pick<Table, "partitionKey" | "sortKey">) {
  const hash = { AttributeName: partitionKey.name, KeyType: "HASH" as const };
  return sortKey ? [hash, { AttributeName: sortKey.name, KeyType: "RANGE" as const }] : [hash];
}
