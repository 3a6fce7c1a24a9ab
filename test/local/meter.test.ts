// The meter counts as AWS's pages say; the expected numbers are counted by hand from these rules.
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { KinesisClient, PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { clientConfig, type Environment } from "../../lib/clients.ts";
import type { Usage } from "../../lib/cost/usage.ts";
import type { CreateHandlers, StreamEvent } from "../../lib/handlers/contract.ts";
import { openTwin } from "./support.ts";

const MINUTE_MS = 60_000;

/** A function that does `work` in each run and prints a line of ten bytes. */
const functionThat =
  (work: (env: Environment, event: StreamEvent) => Promise<unknown>): CreateHandlers =>
  (env, _, print) => ({
    async score(event) {
      print("0123456789");
      await work(env, event);
      return { batchItemFailures: [] };
    },
    sweep: async () => undefined,
    refit: async () => undefined,
    feedback: async () => ({ statusCode: 200, headers: {}, body: "" }),
  });

async function meteredOf(
  work: (env: Environment, event: StreamEvent) => Promise<unknown>,
  data = Buffer.from("a record"),
  after: (env: Environment) => Promise<unknown> = async () => {},
): Promise<Usage> {
  const twin = await openTwin({ createHandlers: functionThat(work) });
  const kinesis = new KinesisClient(clientConfig(twin.env));
  await kinesis.send(new PutRecordCommand({ StreamName: twin.env.STACK_NAME, PartitionKey: "web-1", Data: data }));
  await twin.idle();
  await after(twin.env);
  const usage = await readMeter(twin.endpoint);
  await twin.close();
  expect(twin.log).toEqual([]);
  return usage;
}

async function readMeter(endpoint: string): Promise<Usage> {
  const { usage } = (await (await fetch(`${endpoint}/meter`)).json()) as { readonly usage: Usage };
  return usage;
}

/** An item of `bytes` bytes under this host's key: "host" + "web-1" + "x" are ten. */
const itemOf = (bytes: number) => ({ host: { S: "web-1" }, x: { S: "x".repeat(bytes - 10) } });

test("a write costs a unit for each KB of the item, a read one for each 4 KB, half if it may be stale", async () => {
  const usage = await meteredOf(async (env) => {
    const client = new DynamoDBClient(clientConfig(env));
    const TableName = env.HOSTS_TABLE;
    const Key = { host: { S: "web-1" } };
    await client.send(new PutItemCommand({ TableName, Item: itemOf(1_024) })); // 1
    await client.send(new PutItemCommand({ TableName, Item: itemOf(5_000) })); // 5
    await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })); // 2
    await client.send(new GetItemCommand({ TableName, Key })); // 1
    await client.send(new GetItemCommand({ TableName, Key: { host: { S: "nobody" } }, ConsistentRead: true })); // 1
    // The larger of the items before and after counts.
    await client.send(new PutItemCommand({ TableName, Item: itemOf(1_000) })); // 5
  });
  expect(usage).toMatchObject({ "write.hosts": 11, "read.hosts": 4 });
});

test("a write whose condition does not hold costs a unit", async () => {
  const usage = await meteredOf(async (env) => {
    const client = new DynamoDBClient(clientConfig(env));
    const write = { TableName: env.HOSTS_TABLE, Item: itemOf(500), ConditionExpression: "attribute_not_exists(host)" };
    await client.send(new PutItemCommand(write));
    await expect(client.send(new PutItemCommand(write))).rejects.toThrow("conditional request failed");
  });
  expect(usage["write.hosts"]).toBe(2);
});

test("an index costs as much again for an item in it, and a read of it half a unit for each 4 KB", async () => {
  const usage = await meteredOf(async (env) => {
    const client = new DynamoDBClient(clientConfig(env));
    const incident = { opened: { N: "1" }, day: { S: "2026-12-01" }, id: { S: "A" }, x: { S: "x".repeat(1_500) } };
    await client.send(new PutItemCommand({ TableName: env.INCIDENTS_TABLE, Item: { host: { S: "a" }, ...incident } }));
    await client.send(new PutItemCommand({ TableName: env.HOSTS_TABLE, Item: { ...itemOf(100), unsent: { S: "1" } } }));
    const unsent = { KeyConditionExpression: "unsent = :one", ExpressionAttributeValues: { ":one": { S: "1" } } };
    await client.send(new QueryCommand({ TableName: env.HOSTS_TABLE, IndexName: "unsent", ...unsent }));
  });
  // Two units in the table and in either of two indexes; one in the table and one in the index of keys.
  expect(usage).toMatchObject({ "write.incidents": 6, "write.hosts": 2, "read.hosts": 0.5 });
});

test("records count by 25 KB, messages by 64 KB, objects by bytes, runs by what Lambda logs", async () => {
  const usage = await meteredOf(
    async (env) => {
      const s3 = new S3Client({ ...clientConfig(env), forcePathStyle: true });
      const object = { Bucket: env.FAILURES_BUCKET, Key: "a" };
      await s3.send(new PutObjectCommand({ ...object, Body: "x".repeat(300) }));
      await (await s3.send(new GetObjectCommand(object))).Body?.transformToString();
      const message = { TopicArn: env.ALERTS_TOPIC_ARN, Message: "x".repeat(65_537) };
      await new SNSClient(clientConfig(env)).send(new PublishCommand(message));
    },
    Buffer.alloc(25 * 1024 + 1),
  );
  expect(usage).toMatchObject({
    records: 1,
    payloadUnits: 2,
    bucketWrites: 1,
    bucketReads: 1,
    bucketBytes: 300,
    publishes: 2,
    "runs.score": 1,
    // Three lines of Lambda with 290 bytes, the function's of 10, and 26 for each of the four.
    logBytes: 290 + 10 + 4 * 26,
  });
  expect(usage["cpu.score"]).toBeGreaterThan(0);
});

test("what people read of the tables is not the fleet's cost; what senders put onto the stream is", async () => {
  const usage = await meteredOf(
    async () => {},
    Buffer.from("first"),
    async (env) => {
      const client = new DynamoDBClient(clientConfig(env));
      await client.send(new GetItemCommand({ TableName: env.HOSTS_TABLE, Key: { host: { S: "web-1" } } }));
      const record = { PartitionKey: "web-1", Data: Buffer.from("more") };
      const several = { StreamName: env.STACK_NAME, Records: [record, record] };
      await new KinesisClient(clientConfig(env)).send(new PutRecordsCommand(several));
    },
  );
  expect(usage.records).toBe(3);
  expect(Object.keys(usage).filter((name) => name.startsWith("read."))).toEqual([]);
});

test("the meter forgets what is an hour old", async () => {
  let now = 1_790_000_040_000;
  const twin = await openTwin({ createHandlers: functionThat(async () => {}), clock: () => now, arrivalOf: () => now });
  const kinesis = new KinesisClient(clientConfig(twin.env));
  const put = () =>
    kinesis.send(
      new PutRecordCommand({ StreamName: twin.env.STACK_NAME, PartitionKey: "a", Data: Buffer.from("a record") }),
    );
  const records = async () => (await readMeter(twin.endpoint)).records;
  await put();
  now += 59 * MINUTE_MS;
  await put();
  expect(await records()).toBe(2);
  now += MINUTE_MS;
  expect(await records()).toBe(1);
  now += 59 * MINUTE_MS;
  expect(await records()).toBeUndefined();
  await twin.close();
});
