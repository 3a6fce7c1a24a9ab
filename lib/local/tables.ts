import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { CreateStreamCommand, DescribeStreamSummaryCommand, type KinesisClient } from "@aws-sdk/client-kinesis";
import { sleep } from "../backoff.ts";
import { STREAM, TABLES, type Table, type TableName } from "../resources.ts";
import { STREAM_NAME, tableName } from "./names.ts";

const READY_POLL_MS = 5;
/** The emulators are ready within milliseconds; this is for a very slow machine. */
const READY_ATTEMPTS_MAX = 2_000;

/** Creates the missing tables and the stream, and waits until they can be used. */
export async function createResources(dynamodb: DynamoDBClient, kinesis: KinesisClient): Promise<void> {
  for (const name of tableNames()) {
    await unlessInUse(dynamodb.send(new CreateTableCommand(tableInput(tableName(name), TABLES[name]))));
  }
  await unlessInUse(kinesis.send(new CreateStreamCommand({ StreamName: STREAM_NAME, ShardCount: STREAM.shards })));
  for (const name of tableNames()) {
    await untilActive(async () => {
      const { Table: table } = await dynamodb.send(new DescribeTableCommand({ TableName: tableName(name) }));
      return table?.TableStatus;
    });
  }
  await untilActive(async () => {
    const { StreamDescriptionSummary: stream } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: STREAM_NAME }),
    );
    return stream?.StreamStatus;
  });
}

export function tableNames(): readonly TableName[] {
  return Object.keys(TABLES).filter((name): name is TableName => name in TABLES);
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

async function untilActive(statusOf: () => Promise<string | undefined>): Promise<void> {
  for (let attempt = 0; attempt < READY_ATTEMPTS_MAX; attempt++) {
    if ((await statusOf()) === "ACTIVE") return;
    await sleep(READY_POLL_MS);
  }
  throw new Error("The tables and the stream of the local twin did not become ready");
}
