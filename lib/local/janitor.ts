import { BatchWriteItemCommand, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from "@aws-sdk/client-kinesis";
import type { Sleep } from "../backoff.ts";
import { messageOf } from "../errors.ts";
import { TABLE_NAMES, TABLES, type Table } from "../resources.ts";
import { type Clock, HOUR_MS } from "../time.ts";
import { STREAM_NAME, tableName } from "./names.ts";

const RUN_EVERY_MS = HOUR_MS;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const BATCH_WRITE_MAX = 25;
/** Records per read and reads per shard in one run: 20,000 an hour: about 28 local agents write so much. */
const TRIM_READ = 200;
const TRIM_READS_MAX = 100;

interface JanitorOptions {
  readonly dynamodb: DynamoDBClient;
  readonly kinesis: KinesisClient;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly log: (line: string) => void;
}

/** Keeps the data folder small: at the start and then every hour, until the signal aborts. */
export async function keepClean(options: JanitorOptions, signal: AbortSignal): Promise<void> {
  const complain = (error: unknown) => options.log(`Cleaning up failed, again in an hour: ${messageOf(error)}`);
  while (!signal.aborted) {
    await deleteExpired(options.dynamodb, options.clock()).catch(complain);
    await trimStream(options.kinesis).catch(complain);
    await options.sleep(RUN_EVERY_MS, signal);
  }
}

/** Deletes items past their time to live, as DynamoDB does. The emulator keeps them. */
async function deleteExpired(client: DynamoDBClient, now: number): Promise<void> {
  for (const name of TABLE_NAMES) {
    const table: Table = TABLES[name];
    if (table.timeToLive === undefined) continue;
    const keys = [table.partitionKey, table.sortKey].flatMap((key) => (key ? [key.name] : []));
    const scan = {
      TableName: tableName(name),
      FilterExpression: "#expires < :now",
      ProjectionExpression: keys.map((_, position) => `#key${position}`).join(", "),
      ExpressionAttributeNames: {
        "#expires": table.timeToLive,
        ...Object.fromEntries(keys.map((key, position) => [`#key${position}`, key])),
      },
      ExpressionAttributeValues: { ":now": { N: `${Math.floor(now / 1_000)}` } },
    };
    for await (const { Items = [] } of paginateScan({ client }, scan)) {
      for (let start = 0; start < Items.length; start += BATCH_WRITE_MAX) {
        const deletions = Items.slice(start, start + BATCH_WRITE_MAX).map((Key) => ({ DeleteRequest: { Key } }));
        // The next run finds what is left unprocessed.
        await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName(name)]: deletions } }));
      }
    }
  }
}

/** The emulator deletes records past the retention only when somebody reads them. */
async function trimStream(client: KinesisClient): Promise<void> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: STREAM_NAME }));
  for (const { ShardId } of Shards) {
    const oldest = { StreamName: STREAM_NAME, ShardId, ShardIteratorType: "TRIM_HORIZON" as const };
    let { ShardIterator } = await client.send(new GetShardIteratorCommand(oldest));
    for (let reads = 0; ShardIterator && reads < TRIM_READS_MAX; reads++) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator, Limit: TRIM_READ }));
      if (page.Records?.length) break;
      ShardIterator = page.NextShardIterator;
    }
  }
}
