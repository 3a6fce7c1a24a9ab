import http from "node:http";
import net from "node:net";
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeStreamSummaryCommand, KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, ListSubscriptionsByTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { clientConfig } from "../../lib/clients.ts";
import { openEndpoint } from "../../lib/local/endpoint.ts";
import { openTwin } from "./support.ts";

// Servers and disks of a busy machine may be slow; no test depends on their speed.
jest.setTimeout(60_000);

const TOPIC = "arn:aws:sns:us-east-1:000000000000:fleetwarden-alerts";
let twin: Awaited<ReturnType<typeof openTwin>>;
let refit: (event: unknown) => Promise<unknown> = async () => undefined;

beforeAll(async () => {
  twin = await openTwin({ handlers: { refit: (event) => refit(event) } });
});

afterAll(async () => {
  await twin.close();
  expect(twin.log).toEqual([expect.stringContaining("refit failed: no history")]);
});

/** Sends a plain request; returns status and text. */
function call(options: http.RequestOptions, body = ""): Promise<{ status: number; text: string }> {
  return ask(options, body).then(({ status, text }) => ({ status, text }));
}

/** The same with the reply's headers. */
function ask(
  options: http.RequestOptions,
  body = "",
): Promise<{ status: number; text: string; headers: http.IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const request = http.request(twin.endpoint, options, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const { statusCode: status = 0, headers } = response;
      resolve({ status, headers, text: Buffer.concat(chunks).toString() });
    });
    request.on("error", reject);
    request.end(body);
  });
}

test("DynamoDB has the tables of the stack", async () => {
  const client = new DynamoDBClient(clientConfig(twin.env));
  const { TableNames } = await client.send(new ListTablesCommand({}));
  expect(TableNames).toEqual(
    ["alerting", "baselines", "history", "hosts", "incidents"].map((name) => `fleetwarden-${name}`),
  );
  const Item = { host: { S: "web-1" }, revision: { N: "7" } };
  await client.send(new PutItemCommand({ TableName: twin.env.HOSTS_TABLE, Item }));
  const found = await client.send(
    new GetItemCommand({ TableName: twin.env.HOSTS_TABLE, Key: { host: { S: "web-1" } } }),
  );
  expect(found.Item).toEqual(Item);
});

test.each([
  ["over HTTP/1", (endpoint: string) => clientConfig({ AWS_ENDPOINT_URL: endpoint })],
  [
    "over HTTP/2, the default of its client",
    (endpoint: string) => ({ endpoint, region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } }),
  ],
])("Kinesis %s", async (_, config) => {
  const client = new KinesisClient(config(twin.endpoint));
  const { StreamDescriptionSummary: stream } = await client.send(
    new DescribeStreamSummaryCommand({ StreamName: "fleetwarden" }),
  );
  expect(stream).toMatchObject({ StreamStatus: "ACTIVE", OpenShardCount: 1, RetentionPeriodHours: 24 });
  const Records = Array.from({ length: 500 }, () => ({ PartitionKey: "web-1", Data: Buffer.alloc(4_000) }));
  const put = await client.send(new PutRecordsCommand({ StreamName: "fleetwarden", Records }));
  expect(put.FailedRecordCount).toBe(0);
  client.destroy();
});

describe("SNS", () => {
  const client = () => new SNSClient(clientConfig(twin.env));

  test("publishes texts by protocol, with attributes", async () => {
    const texts = { default: "short", email: "long & <full>", sms: "sms", number: 7 };
    const { MessageId } = await client().send(
      new PublishCommand({
        TopicArn: TOPIC,
        Subject: "cpu of web-1 é",
        Message: JSON.stringify(texts),
        MessageStructure: "json",
        MessageAttributes: { severity: { DataType: "String", StringValue: "critical" } },
      }),
    );
    expect(twin.messages.at(-1)).toMatchObject({
      id: MessageId,
      subject: "cpu of web-1 é",
      bodies: { default: "short", email: "long & <full>", sms: "sms" },
      attributes: { severity: "critical" },
    });
  });

  test.each([
    ["a subject of 99 characters", { Subject: "x".repeat(99) }],
    ["a message of 256 KiB", { Message: "x".repeat(256 * 1024) }],
  ])("accepts %s", async (_, part) => {
    const sent = await client().send(new PublishCommand({ TopicArn: TOPIC, Message: "m", ...part }));
    expect(sent.MessageId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ["a subject of 100 characters", { Subject: "x".repeat(100) }, "InvalidParameterException"],
    ["a subject with a line break", { Subject: "a\nb" }, "InvalidParameterException"],
    ["an empty message", { Message: "" }, "InvalidParameterException"],
    ["a message over 256 KiB", { Message: `${"x".repeat(256 * 1024)}y` }, "InvalidParameterException"],
    ["structure json without json", { Message: "{", MessageStructure: "json" }, "InvalidParameterException"],
    [
      "structure json without default",
      { Message: '{"sms":"x"}', MessageStructure: "json" },
      "InvalidParameterException",
    ],
    ["a default that is no text", { Message: '{"default":1}', MessageStructure: "json" }, "InvalidParameterException"],
    ["an unknown topic", { TopicArn: `${TOPIC}-2` }, "NotFoundException"],
  ])("refuses %s", async (_, part, name) => {
    const count = twin.messages.length;
    const publish = new PublishCommand({ TopicArn: TOPIC, Message: "m", ...part });
    await expect(client().send(publish)).rejects.toMatchObject({ name });
    expect(twin.messages.length).toBe(count);
  });

  test("lists its subscriptions and names the calls that it does not support", async () => {
    const { Subscriptions } = await client().send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    expect(Subscriptions).toEqual([]);
    await expect(client().send(new CreateTopicCommand({ Name: "x" }))).rejects.toThrow(
      "CreateTopic is not supported here",
    );
  });
});

describe("S3", () => {
  const client = () => new S3Client({ ...clientConfig(twin.env), forcePathStyle: true });
  const Bucket = "fleetwarden-failures";

  test("keeps, finds and lists objects", async () => {
    const keys = ["a/2026/08/01/x y+é", "a/2026/08/02/..&<", "b/1"];
    for (const Key of keys) await client().send(new PutObjectCommand({ Bucket, Key, Body: `body of ${Key}` }));
    for (const Key of keys) {
      const { Body } = await client().send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body?.transformToString()).toBe(`body of ${Key}`);
    }
    const first = await client().send(new ListObjectsV2Command({ Bucket, Prefix: "a/", MaxKeys: 1 }));
    expect(first).toMatchObject({ IsTruncated: true, Contents: [{ Key: keys[0], Size: 27 }] });
    const ContinuationToken = first.NextContinuationToken;
    const rest = await client().send(new ListObjectsV2Command({ Bucket, Prefix: "a/", ContinuationToken }));
    expect(rest).toMatchObject({ IsTruncated: false, Contents: [{ Key: keys[1] }] });
  });

  test.each([
    ["no such key", { Bucket, Key: "none" }, "NoSuchKey"],
    ["no such bucket", { Bucket: "other", Key: "none" }, "NoSuchBucket"],
    ["an unsupported request", { Bucket, Key: "b/1", Range: "bytes=0-1" }, "NotImplemented"],
  ])("%s", async (_, input, name) => {
    await expect(client().send(new GetObjectCommand(input))).rejects.toMatchObject({ name });
  });
});

describe("Lambda", () => {
  const invoke = (FunctionName: string, Payload = "{}") =>
    new LambdaClient(clientConfig(twin.env)).send(new InvokeCommand({ FunctionName, Payload }));

  test("runs refit and returns its result", async () => {
    refit = async (event) => ({ got: event });
    const { StatusCode, FunctionError, Payload } = await invoke("fleetwarden-refit", '{"host":"web-1"}');
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: undefined });
    expect(JSON.parse(Payload?.transformToString() ?? "")).toEqual({ got: { host: "web-1" } });
  });

  test("returns the error that refit throws, as Lambda does", async () => {
    refit = async () => {
      throw new RangeError("no history");
    };
    const { FunctionError, Payload } = await invoke("fleetwarden-refit");
    expect(FunctionError).toBe("Unhandled");
    expect(JSON.parse(Payload?.transformToString() ?? "")).toEqual({
      errorType: "RangeError",
      errorMessage: "no history",
    });
  });

  test("never runs refit twice at the same time", async () => {
    let running = 0;
    let most = 0;
    refit = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
    };
    await Promise.all(Array.from({ length: 4 }, () => invoke("fleetwarden-refit")));
    expect(most).toBe(1);
  });

  test.each([
    ["an unknown function", "fleetwarden-x", "ResourceNotFoundException"],
    ["score, which the stream runs", "fleetwarden-score", "InvalidParameterValueException"],
  ])("refuses %s", async (_, name, error) => {
    await expect(invoke(name)).rejects.toMatchObject({ name: error });
  });
});

test.each([
  ["a host name that only points to this machine", { headers: { host: "evil.example:80" } }, 403, "evil.example"],
  ["a page in a browser", { headers: { origin: "https://evil.example" } }, 403, "evil.example"],
  [
    "a service that the twin does not have",
    { method: "POST", headers: { "x-amz-target": "Logs_20140328.PutLogEvents" } },
    501,
    "Logs_",
  ],
  ["any other request", { method: "DELETE", path: "/" }, 501, "DELETE"],
  [
    "a script of another site",
    { headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" } },
    403,
    "site",
  ],
  ["an image on another port", { path: "/metrics", headers: { "sec-fetch-site": "same-site" } }, 403, "site"],
  [
    "another site's link to what is no page",
    { path: "/metrics", headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" } },
    403,
    "site",
  ],
  [
    "a form of another site",
    { method: "POST", path: "/feedback/x", headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" } },
    403,
    "site",
  ],
  [
    "a frame of another site",
    {
      path: "/feedback/x",
      headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
    },
    403,
    "site",
  ],
  ["a path with a % that encodes nothing", { path: "/fleetwarden-failures/100%" }, 400, "no valid path"],
  ["such a function", { method: "POST", path: "/2015-03-31/functions/%E0%A4%A/invocations" }, 400, "no valid path"],
  ["such a link", { path: "/feedback/%zz" }, 400, "no valid path"],
  ["a key that no file can have", { path: `/fleetwarden-failures/${"x".repeat(1_000)}` }, 404, "NoSuchKey"],
  ["a path out of the bucket", { path: "/fleetwarden-failures/..%2f..%2fversion" }, 404, "NoSuchKey"],
])("refuses %s", async (_, options, status, text) => {
  const answer = await call(options);
  expect(answer).toEqual({ status, text: expect.stringContaining(text) });
});

test.each([
  [
    "of the page",
    { path: "/feedback/x", headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" } },
    200,
  ],
  [
    "of a person who typed the address",
    { path: "/fleetwarden-failures/x", headers: { "sec-fetch-site": "none" } },
    404,
  ],
])("answers a request %s", async (_, options, status) => {
  expect(await call(options)).toMatchObject({ status });
});

test.each([
  ["DynamoDB", { method: "POST", headers: { "x-amz-target": "DynamoDB_20120810.ListTables" } }, 400],
  ["Kinesis", { method: "POST", headers: { "x-amz-target": "Kinesis_20131202.ListStreams" } }, 404],
  ["S3", { path: "/fleetwarden-failures/none" }, 404],
  ["the link of an alert", { path: "/feedback/x" }, 200],
  ["a refusal", { headers: { host: "evil.example" } }, 403],
])("a page cannot embed a reply of %s, or misread its type", async (_, options, status) => {
  const reply = await ask(options);
  expect(reply.status).toBe(status);
  expect(reply.headers).toMatchObject({
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
});

test.each([
  ["sends nothing", ""],
  ["stops within the headers", "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: "],
  ["stops within the body", "PUT /a/b HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\nhalf"],
  ["asks nothing more", "DELETE / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"],
  ["begins HTTP/2 and stops", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
])("a connection that %s is ended", async (_, bytes) => {
  const endpoint = await openEndpoint(0, () => undefined, { headers: 50, request: 50, idle: 50 });
  const none = async () => ({ status: 501 });
  const emulators = { dynamodb: http.createServer(), kinesis: http.createServer() };
  const services = { sns: none, s3: none, lambda: none, secrets: none, feedback: none, trouble: async () => undefined };
  endpoint.serve({ ...emulators, ...services });
  const socket = net.connect(Number(new URL(endpoint.url).port), "127.0.0.1");
  // A connection that the endpoint resets while bytes are on their way is ended, too.
  const closed = new Promise((resolve) =>
    socket
      .resume()
      .on("error", () => {})
      .once("close", resolve),
  );
  socket.write(bytes);
  await closed;
  await endpoint.close();
});

test("refuses a request that is too large and goes on working", async () => {
  const headers = { "x-amz-target": "Kinesis_20131202.PutRecords" };
  expect(await call({ method: "POST", headers }, "x".repeat(7 * 1024 * 1024 + 1))).toMatchObject({ status: 413 });
  expect(await call({ method: "DELETE" })).toMatchObject({ status: 501 });
});

test("a client that leaves half-way does not disturb the others", async () => {
  const headers = { "x-amz-target": "Kinesis_20131202.PutRecords", "content-length": "1000" };
  const request = http.request(twin.endpoint, { method: "POST", headers });
  const gone = new Promise((resolve) => request.on("error", resolve));
  await new Promise((resolve) => request.write("half", resolve));
  request.destroy();
  await gone;
  expect(await call({ method: "DELETE" })).toMatchObject({ status: 501 });
});
