import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { CreateStreamCommand, type KinesisClient, waitUntilStreamExists } from "@aws-sdk/client-kinesis";
import { STREAM, TABLE_NAMES, TABLES, type Table } from "../resources.ts";
import { STREAM_NAME, tableName } from "./names.ts";

/** In seconds. The emulators are ready within milliseconds; the last number is for a very slow machine. */
const WAIT = { minDelay: 0.005, maxDelay: 0.05, maxWaitTime: 60 };

/** Creates the missing tables and the stream, and waits until they can be used. */
export async function createResources(dynamodb: DynamoDBClient, kinesis: KinesisClient): Promise<void> {
  for (const name of TABLE_NAMES) {
    await unlessInUse(dynamodb.send(new CreateTableCommand(tableInput(tableName(name), TABLES[name]))));
  }
  await unlessInUse(kinesis.send(new CreateStreamCommand({ StreamName: STREAM_NAME, ShardCount: STREAM.shards })));
  try {
    for (const name of TABLE_NAMES) {
      await waitUntilTableExists({ client: dynamodb, ...WAIT }, { TableName: tableName(name) });
    }
    await waitUntilStreamExists({ client: kinesis, ...WAIT }, { StreamName: STREAM_NAME });
  } catch (cause) {
    throw new Error("The tables and the stream of the local twin did not become ready", { cause });
  }
}

function tableInput(name: string, table: Table): CreateTableCommandInput {
  const indexes = table.indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(index),
    Projection: { ProjectionType: index.projection },
  }));
  const keys = [table, ...table.indexes].flatMap(({ partitionKey, sortKey }) => [
    partitionKey,
    ...(sortKey ? [sortKey] : []),
  ]);
  const types = new Map(keys.map((key) => [key.name, key.type]));
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: keySchema(table),
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
  };
}

function keySchema({ partitionKey, sortKey }: Pick<Table, "partitionKey" | "sortKey">) {
  const partition = { AttributeName: partitionKey.name, KeyType: "HASH" as const };
  return sortKey ? [partition, { AttributeName: sortKey.name, KeyType: "RANGE" as const }] : [partition];
}

async function unlessInUse(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ResourceInUseException") throw error;
  }
}
