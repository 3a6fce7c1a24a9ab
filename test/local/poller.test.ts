import {
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import { clientConfig } from "../../lib/clients.ts";
import type { StreamEvent } from "../../lib/handlers/contract.ts";
import { openCheckpoints } from "../../lib/local/checkpoints.ts";
import { closeEmulators, onRecords, openEmulators } from "../../lib/local/embedded.ts";
import { openEndpoint } from "../../lib/local/endpoint.ts";
import { type PollerOptions, startPoller } from "../../lib/local/poller.ts";
import { createResources } from "../../lib/local/tables.ts";
import { MAPPING } from "../../lib/resources.ts";
import { dataOf, instantTimer } from "./support.ts";

// Servers and disks of a busy machine may be slow; no test depends on their speed.
jest.setTimeout(60_000);

/** Each test has a stream of its own, and a poller that never waits. */
async function openStream() {
  const emulators = openEmulators();
  const endpoint = await openEndpoint(0, () => undefined);
  const none = async () => ({ status: 501 });
  const trouble = async () => undefined;
  endpoint.serve({ ...emulators, sns: none, s3: none, lambda: none, secrets: none, feedback: none, trouble });
  const client = new KinesisClient(clientConfig({ AWS_ENDPOINT_URL: endpoint.url }));
  const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
  await createResources(new DynamoDBClient(clientConfig({ AWS_ENDPOINT_URL: endpoint.url })), client);
  const kept: { key: string; body: ReturnType<typeof JSON.parse> }[] = [];
  const log: string[] = [];
  const options = {
    client,
    settings: { ...MAPPING, windowSeconds: 0, retryAttempts: 2 },
    checkpoints: await openCheckpoints(undefined, () => undefined),
    trouble: async (): Promise<string | undefined> => undefined,
    keep: async (key: string, body: string) => void kept.push({ key, body: JSON.parse(body) }),
    clock: Date.now,
    ...instantTimer(),
    random: () => 0.5,
    log: (line: string) => void log.push(line),
  };
  return {
    client,
    emulators,
    kept,
    log,
    options,
    async put(names: readonly string[]) {
      for (let start = 0; start < names.length; start += 500) {
        const Records = names
          .slice(start, start + 500)
          .map((name) => ({ PartitionKey: "host", Data: Buffer.from(name) }));
        await client.send(new PutRecordsCommand({ StreamName: "fleetwarden", Records }));
      }
    },
    async close() {
      client.destroy();
      await endpoint.close();
      await closeEmulators(emulators);
    },
  };
}

let stream: Awaited<ReturnType<typeof openStream>>;

beforeEach(async () => {
  stream = await openStream();
});

afterEach(() => stream.close());

const numbered = (count: number) => Array.from({ length: count }, (_, n) => `r${n}`);

/** Runs a poller until everything put so far is processed. */
async function drain(invoke: PollerOptions["invoke"], changes: Partial<PollerOptions> = {}): Promise<void> {
  const poller = startPoller({ ...stream.options, invoke, ...changes });
  await poller.idle();
  await poller.close();
}

test("delivers every record in order, each batch within its size", async () => {
  const names = numbered(1_203);
  await stream.put(names);
  const events: StreamEvent[] = [];
  const settings = { ...stream.options.settings, batchSize: 700 };
  await drain(async (event) => void events.push(event), { settings });
  expect(events.flatMap(dataOf)).toEqual(names);
  expect(Math.max(...events.map((event) => event.Records.length))).toBeLessThanOrEqual(700);
});

test("the event has the form that Lambda gives it", async () => {
  await stream.put(["x"]);
  const events: StreamEvent[] = [];
  const arrival = 1_545_084_650_987;
  await drain(async (event) => void events.push(event), { arrivalOf: () => arrival, clock: () => arrival });
  // https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html, example event
  expect(events).toEqual([
    {
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: "1.0",
            partitionKey: "host",
            sequenceNumber: expect.stringMatching(/^\d{56}$/),
            data: "eA==",
            approximateArrivalTimestamp: 1_545_084_650.987,
          },
          eventSource: "aws:kinesis",
          eventVersion: "1.0",
          eventID: expect.stringMatching(/^shardId-000000000000:\d{56}$/),
          eventName: "aws:kinesis:record",
          invokeIdentityArn: expect.stringContaining("arn:aws:iam::"),
          awsRegion: "us-east-1",
          eventSourceARN: "arn:aws:kinesis:us-east-1:000000000000:stream/fleetwarden",
        },
      ],
    },
  ]);
});

test("an event stays within 6 MB", async () => {
  // 900 kB are 1.2 MB in base64: five fit, with what an event adds to each.
  for (let n = 0; n < 7; n++) {
    const Data = Buffer.alloc(900_000, n);
    await stream.client.send(new PutRecordCommand({ StreamName: "fleetwarden", PartitionKey: "host", Data }));
  }
  const sizes: number[] = [];
  await drain(async (event) => void sizes.push(event.Records.length));
  expect(sizes).toEqual([5, 2]);
});

test("waits for the batching window, unless the batch is full", async () => {
  const sizes: number[] = [];
  const settings = { ...stream.options.settings, batchSize: 3, windowSeconds: 5 };
  const timer = instantTimer();
  const invokedAt: number[] = [];
  const invoke = async (event: StreamEvent) => {
    sizes.push(event.Records.length);
    invokedAt.push(timer.now());
  };
  await stream.put(numbered(4));
  await drain(invoke, { settings, ...timer });
  expect(sizes).toEqual([3, 1]);
  expect(invokedAt).toEqual([0, 5_000]);
});

test("a poison record among 40 is isolated and stored; the others are processed once and in order", async () => {
  const names = numbered(40);
  await stream.put(names);
  const processed: string[] = [];
  await drain(async (event) => {
    if (dataOf(event).includes("r17")) throw new Error("poison");
    processed.push(...dataOf(event));
  });
  expect(processed).toEqual(names.filter((name) => name !== "r17"));
  expect(stream.kept).toHaveLength(1);
  const [{ key, body }] = stream.kept as [(typeof stream.kept)[0]];
  // https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
  expect(key).toMatch(
    /^aws\/lambda\/fleetwarden-mapping\/shardId-0{12}\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
  );
  expect(body).toMatchObject({
    requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 3 },
    KinesisBatchInfo: { shardId: "shardId-000000000000", batchSize: 1 },
  });
  expect(dataOf(JSON.parse(body.payload))).toEqual(["r17"]);
});

test("a partial failure is retried from the record that failed", async () => {
  const names = numbered(10);
  await stream.put(names);
  const batches: string[][] = [];
  await drain(async (event) => {
    batches.push(dataOf(event));
    const failed = batches.length === 1 ? event.Records.slice(6) : [];
    return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.kinesis.sequenceNumber })) };
  });
  expect(batches).toEqual([names, names.slice(6)]);
  expect(stream.kept).toEqual([]);
});

test("records past the maximum age are stored, not delivered", async () => {
  await stream.put(numbered(3));
  const processed: string[] = [];
  const sequences: string[] = [];
  const hour = 3_600_000;
  await drain(async (event) => void processed.push(...dataOf(event)), {
    clock: () => 7 * hour,
    arrivalOf(sequenceNumber) {
      if (!sequences.includes(sequenceNumber)) sequences.push(sequenceNumber);
      return sequences.indexOf(sequenceNumber) * hour - 1;
    },
  });
  // 6 h are the limit: the first is 7 h and 1 ms old, the second 6 h and 1 ms, the third younger.
  expect(processed).toEqual(["r2"]);
  expect(stream.kept.map(({ body }) => body.requestContext.condition)).toEqual(["RecordAgeExceeded"]);
  expect(dataOf(JSON.parse(stream.kept[0]!.body.payload))).toEqual(["r0", "r1"]);
});

test.each([
  ["while the parent is being read", true],
  ["before anything was read", false],
])("the order stays across a shard split %s", async (_, startFirst) => {
  const hosts = Array.from({ length: 8 }, (_, n) => `host-${n}`);
  const expected = new Map<string, string[]>(hosts.map((host) => [host, []]));
  const processed = new Map<string, string[]>(hosts.map((host) => [host, []]));
  const shards = new Set<string>();
  const put = async (round: number) => {
    const Records = hosts.map((host) => ({ PartitionKey: host, Data: Buffer.from(`${round}`) }));
    await stream.client.send(new PutRecordsCommand({ StreamName: "fleetwarden", Records }));
    for (const host of hosts) expected.get(host)!.push(`${round}`);
  };
  const start = () =>
    startPoller({
      ...stream.options,
      settings: { ...stream.options.settings, batchSize: 5 },
      async invoke(event) {
        for (const record of event.Records) {
          const { eventID, kinesis } = record as typeof record & { readonly eventID: string };
          shards.add(eventID.split(":")[0]!);
          processed.get(kinesis.partitionKey)!.push(Buffer.from(kinesis.data, "base64").toString());
        }
      },
    });
  let poller = startFirst ? start() : undefined;
  for (let round = 0; round < 5; round++) await put(round);
  const split = { ShardToSplit: "shardId-000000000000", NewStartingHashKey: `${2n ** 127n}` };
  await stream.client.send(new SplitShardCommand({ StreamName: "fleetwarden", ...split }));
  await expectOpenShards(2);
  for (let round = 5; round < 10; round++) await put(round);
  poller ??= start();
  await poller.idle();
  await poller.close();
  expect(processed).toEqual(expected);
  expect([...shards].sort()).toEqual([0, 1, 2].map((n) => `shardId-00000000000${n}`));
});

async function expectOpenShards(count: number): Promise<void> {
  for (;;) {
    const describe = new DescribeStreamSummaryCommand({ StreamName: "fleetwarden" });
    const { StreamDescriptionSummary: summary } = await stream.client.send(describe);
    if (summary?.OpenShardCount === count) return;
  }
}

test("goes on from the checkpoint after a restart", async () => {
  await stream.put(numbered(3));
  await drain(async () => undefined);
  await stream.put(["r3"]);
  const processed: string[] = [];
  await drain(async (event) => void processed.push(...dataOf(event)));
  expect(processed).toEqual(["r3"]);
});

test("closing lets the current invocation finish, and failed records are read again", async () => {
  await stream.put(numbered(4));
  let invocations = 0;
  let poller: ReturnType<typeof startPoller> | undefined;
  let closed: Promise<void> | undefined;
  await new Promise<void>((resolve) => {
    poller = startPoller({
      ...stream.options,
      async invoke(event) {
        invocations++;
        closed = poller?.close();
        resolve();
        return { batchItemFailures: [{ itemIdentifier: event.Records[2]!.kinesis.sequenceNumber }] };
      },
    });
  });
  await closed;
  expect(invocations).toBe(1);
  const processed: string[] = [];
  await drain(async (event) => void processed.push(...dataOf(event)));
  expect(processed).toEqual(["r2", "r3"]);
});

test("a record on the stream wakes its shard, which is read at once and once", async () => {
  const asleep = new Set<AbortSignal>();
  const sleep: PollerOptions["sleep"] = (_, signal) =>
    new Promise((resolve) => {
      if (signal!.aborted) return resolve();
      asleep.add(signal!);
      signal!.addEventListener("abort", () => resolve());
    });
  const processed: string[] = [];
  const invoke: PollerOptions["invoke"] = async (event) => void processed.push(...dataOf(event));
  const poller = startPoller({ ...stream.options, sleep, invoke });
  await poller.idle();
  onRecords(stream.emulators, poller.wake);
  let reads = 0;
  stream.emulators.kinesis.on("request", ({ headers }) => {
    if (String(headers["x-amz-target"]).endsWith(".GetRecords")) reads++;
  });
  for (const name of ["a", "b"]) {
    await stream.put([name]);
    while (processed.at(-1) !== name) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await poller.close();
  expect(asleep.size).toBeGreaterThan(0);
  expect(reads).toBe(2);
});

test("while nothing can be stored, records wait and use up no attempts", async () => {
  await stream.put(["a"]);
  let asked = 0;
  const events: StreamEvent[] = [];
  await drain(async (event) => void events.push(event), {
    trouble: async () => (++asked <= 50 ? "the disk is full" : undefined),
  });
  expect(asked).toBe(51);
  expect(events.flatMap(dataOf)).toEqual(["a"]);
  expect(stream.kept).toEqual([]);
});

test("a record that cannot be stored is not given up", async () => {
  await stream.put(["poison"]);
  let refusals = 2;
  const keep: PollerOptions["keep"] = async (key, body) => {
    if (refusals-- > 0) throw new Error("disk full");
    return stream.options.keep(key, body);
  };
  await drain(async () => Promise.reject(new Error("poison")), { keep });
  expect(stream.kept).toHaveLength(1);
  expect(stream.log.filter((line) => line.includes("disk full"))).toHaveLength(2);
});

test("an expired iterator is replaced", async () => {
  await stream.put(["r0"]);
  const send = stream.client.send.bind(stream.client);
  let expired = 0;
  const client = Object.assign(Object.create(stream.client), {
    async send(command: Parameters<typeof send>[0]) {
      if (command.constructor.name === "GetRecordsCommand" && expired++ === 0) {
        throw Object.assign(new Error("Iterator expired."), { name: "ExpiredIteratorException" });
      }
      return send(command);
    },
  });
  const processed: string[] = [];
  await drain(async (event) => void processed.push(...dataOf(event)), { client });
  expect(processed).toEqual(["r0"]);
  expect(stream.log).toEqual([]);
});
