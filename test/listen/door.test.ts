// Real requests of senders against a real door, over a real stream.
import { once } from "node:events";
import net from "node:net";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { Stream } from "../../lib/agent/stream.ts";
import { STREAM_NAME } from "../../lib/local/names.ts";
import { START } from "../factories.ts";
import { selfSigned } from "../local/certificate.ts";
import { openTwin } from "../local/support.ts";
import { otlpBytes } from "../wire/senders/corpus/open-telemetry.ts";
import { writeRequest } from "../wire/senders/corpus/prometheus.ts";
import { call, openListening, TOKEN } from "./support.ts";

jest.setTimeout(60_000);

let door: Awaited<ReturnType<typeof openListening>>;

beforeAll(async () => {
  door = await openListening();
});

afterAll(() => door.close());

const PROTOBUF = { "content-type": "application/x-protobuf" };
const JSON_TYPE = { "content-type": "application/json" };
const WRITE = { ...PROTOBUF, "content-encoding": "snappy", "x-prometheus-remote-write-version": "0.1.0" };
const LINES = `app,host=web-07 usage=11.4 ${START}000000\n`;
const SAMPLE = JSON.stringify({ host: "web-07", time: START, metrics: { cpu: 1 } });
const otlpJson = (...hosts: readonly (string | undefined)[]) => ({
  resourceMetrics: hosts.map((host) => ({
    resource: { attributes: host ? [{ key: "host.name", value: { stringValue: host } }] : [] },
    scopeMetrics: [{ metrics: [{ name: "load", gauge: { dataPoints: [point(3)] } }] }],
  })),
});
const point = (asDouble: number) => ({ timeUnixNano: `${START}000000`, asDouble });

test("OTLP in protobuf is on the stream as it came, before it is acknowledged", async () => {
  const answer = await door.post("/v1/metrics", gzipSync(otlpBytes), { ...PROTOBUF, "content-encoding": "gzip" });
  expect(answer).toMatchObject({ status: 200, headers: PROTOBUF, body: Buffer.alloc(0) });
  expect(await door.records()).toEqual([{ key: "HTTP 127.0.0.1", bytes: otlpBytes }]);
});

test("OTLP in JSON is answered in JSON", async () => {
  const answer = await door.post("/v1/metrics", JSON.stringify(otlpJson("web-07")), JSON_TYPE);
  expect(answer).toMatchObject({ status: 200, headers: JSON_TYPE, text: "{}" });
  expect(await door.samples()).toEqual([{ host: "web-07", time: START, metrics: { load: 3 } }]);
});

test("the answer to OTLP counts the rejected points, and the rest is on the stream", async () => {
  const body = JSON.stringify(otlpJson("web-07", undefined, undefined));
  const { status, text } = await door.post("/v1/metrics", body, JSON_TYPE);
  const { partialSuccess } = JSON.parse(text);
  expect({ status, count: partialSuccess.rejectedDataPoints }).toEqual({ status: 200, count: "2" });
  expect(partialSuccess.errorMessage).toContain("no host");
  expect(await door.samples()).toHaveLength(1);
});

test("the answer in protobuf has partial_success with rejected_data_points and error_message", async () => {
  // The same resource twice, the second time with a d in place of the h of host.name.
  const other = Buffer.from(otlpBytes.toString("latin1").replace("host.name", "dost.name"), "latin1");
  const { status, body } = await door.post("/v1/metrics", Buffer.concat([otlpBytes, other]), PROTOBUF);
  expect(status).toBe(200);
  // Field 1, a message: field 1, a varint; field 2, a text. The fixture has 8 values without a host.
  expect(body[0]).toBe(0x0a);
  expect([...body.subarray(3, 6)]).toEqual([0x08, 8, 0x12]);
  expect(body.toString()).toContain("no host");
  expect(await door.samples()).toHaveLength(1);
});

test("Prometheus remote write goes to the stream", async () => {
  expect(await door.post("/api/v1/write", writeRequest, WRITE)).toMatchObject({ status: 204, text: "" });
  expect((await door.samples()).map(({ host, metrics }) => [host, Object.keys(metrics).sort()[0]])).toEqual([
    ["web-07", "@cpu_user:0"],
    ["web-07", "@load_1m"],
    ["web-08", "rpc_seconds_count"],
  ]);
});

test.each([
  ["/api/v2/write?org=o&bucket=b&precision=ns", { authorization: `Token ${TOKEN}` }],
  ["/write?db=telegraf&precision=s", { authorization: `Basic ${Buffer.from(`any:${TOKEN}`).toString("base64")}` }],
])("influx line protocol at %s goes to the stream", async (path, headers) => {
  expect(await door.post(path, gzipSync(LINES), { "content-encoding": "gzip", ...headers })).toMatchObject({
    status: 204,
    text: "",
  });
  expect(await door.samples()).toEqual([{ host: "web-07", time: START, metrics: { app_usage: 11.4 } }]);
});

test("plain JSON and every other text go to the stream", async () => {
  const { status, text } = await door.post("/v1/records", `${SAMPLE}\n${SAMPLE.replace("07", "08")}`);
  expect({ status, answer: JSON.parse(text) }).toEqual({ status: 200, answer: { records: 1 } });
  expect((await door.samples()).map(({ host }) => host)).toEqual(["web-07", "web-08"]);
});

// As a partition key of the stream, postgres looks random.
test.each(["web-09", "postgres"])("the parameter host names the host of samples without one, as %s", async (host) => {
  expect(await door.post(`/v1/records?host=${host}`, '{"cpu":1}')).toMatchObject({ status: 200 });
  expect(await door.samples()).toEqual([{ host, time: expect.any(Number), metrics: { cpu: 1 } }]);
  expect(await door.post("/v1/records", '{"cpu":1}')).toMatchObject({
    status: 400,
    text: expect.stringContaining("over HTTP: ?host=NAME"),
  });
  expect(await door.records()).toEqual([]);
});

test("a large body becomes records of the stream that are read one by one, in order and without a loss", async () => {
  const lines = Array.from(
    { length: 30_000 },
    (_, i) => `disk,host=web-07,path=/mount/${i}/${"x".repeat(60)} used=${i} ${START + (i >> 10)}000000`,
  );
  expect(await door.post("/api/v2/write", gzipSync(lines.join("\n")), { "content-encoding": "gzip" })).toMatchObject({
    status: 204,
  });
  const records = await door.records();
  expect(records.filter(({ bytes }) => bytes.length > 1024 * 1024)).toEqual([]);
  expect(
    records
      .map(({ bytes }) => bytes.toString())
      .join("")
      .split("\n"),
  ).toEqual(lines);
});

test.each([
  ["a body that is no snappy", "/api/v1/write", "plain", WRITE, 400, "no snappy"],
  [
    "remote write 2.0",
    "/api/v1/write",
    writeRequest,
    { ...WRITE, "content-type": "application/x-protobuf;proto=io.prometheus.write.v2.Request" },
    415,
    "1.0",
  ],
  ["remote write without its encoding", "/api/v1/write", writeRequest, PROTOBUF, 415, "snappy"],
  [
    "OTLP as remote write",
    "/api/v1/write",
    otlpBytes,
    { ...WRITE, "content-encoding": "identity" },
    400,
    "no WriteRequest",
  ],
  ["an unknown encoding", "/v1/records", SAMPLE, { "content-encoding": "br" }, 415, "gzip"],
  ["a body that is no gzip", "/v1/records", SAMPLE, { "content-encoding": "gzip" }, 400, "no gzip"],
  [
    "what inflates to too much",
    "/v1/records",
    gzipSync(Buffer.alloc(17 * 1024 * 1024)),
    { "content-encoding": "gzip" },
    413,
    "inflates",
  ],
  ["too many bytes", "/v1/records", Buffer.alloc(4 * 1024 * 1024 + 1), {}, 413, "4194304"],
  [
    "too many records",
    "/v1/records",
    Array.from({ length: 40_000 }, (_, i) => `{"host":"h${i}","cpu":1}`).join("\n"),
    {},
    413,
    "smaller batches",
  ],
  [
    "a document that no record holds",
    "/v1/records",
    JSON.stringify({ host: "web-07", cpu: 1, note: "x".repeat(1_100_000) }),
    {},
    400,
    "cannot be cut",
  ],
  [
    "a form",
    "/v1/metrics",
    "a=b",
    { "content-type": "application/x-www-form-urlencoded" },
    415,
    "application/x-protobuf",
  ],
  ["OTLP that is cut off", "/v1/metrics", otlpBytes.subarray(0, -9), PROTOBUF, 400, "no ExportMetricsServiceRequest"],
  ["OTLP without any host", "/v1/metrics", JSON.stringify(otlpJson(undefined)), JSON_TYPE, 400, "no host"],
  ["traces", "/v1/traces", "{}", JSON_TYPE, 404, "/v1/metrics"],
  ["logs", "/v1/logs", "", PROTOBUF, 404, "/v1/metrics"],
  ["minutes", "/write?precision=m", LINES, {}, 400, "use ns, us, ms or s"],
  ["a host of two words", "/v1/records?host=web%2007", SAMPLE, {}, 400, "names no host"],
  ["text that is no line protocol", "/api/v2/write", "# a\ncpu,host=web-07 usage=", {}, 400, "begins with"],
  ["a body that is no JSON as OTLP in JSON", "/v1/metrics", "", JSON_TYPE, 400, "no JSON"],
  ["broken JSON", "/v1/records", '{"host":', {}, 400, "broken JSON"],
  ["nothing", "/v1/records", "", {}, 400, "empty"],
  ["a path that is not there", "/api/v3/write", "", {}, 404, "/v1/metrics"],
])("%s is refused in words, and nothing is on the stream", async (_, path, body, headers, status, words) => {
  const answer = await door.post(path, body, headers);
  expect(answer).toMatchObject({ status, text: expect.stringContaining(words) });
  expect(await door.records()).toEqual([]);
});

test("a bad line loses only that line: the others are on the stream, and the sender gets the reason", async () => {
  const { status, text } = await door.post("/api/v2/write", `${LINES}cpu,host=web-07 usage= 1\n`);
  expect({ status, ...JSON.parse(text) }).toMatchObject({
    status: 400,
    code: "invalid",
    message: expect.stringContaining("1 rejected"),
  });
  expect(await door.samples()).toHaveLength(1);
});

test.each([
  ["/v1/metrics", "", PROTOBUF, 200],
  // By compress of snappyjs 0.7.0: nothing.
  ["/api/v1/write", Buffer.of(0), WRITE, 204],
] as const)("an empty request of %s is taken, and nothing is on the stream", async (path, body, headers, status) => {
  expect(await door.post(path, body, headers)).toMatchObject({ status });
  expect(await door.records()).toEqual([]);
});

test("a method other than POST is refused", async () => {
  const answer = await call(`${door.url}/v1/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(answer).toMatchObject({ status: 405, headers: { allow: "POST" } });
});

test("the log has a line for the first rejection of each kind", async () => {
  const { log, post, close } = await openListening();
  for (const time of ["soon", "later"])
    await post("/v1/records", JSON.stringify({ host: "a", time, metrics: { cpu: 1 } }));
  await post("/write?precision=h", LINES);
  await close();
  expect(log).toEqual([
    expect.stringMatching(/^127\.0\.0\.1 posts to \/v1\/records what is not taken: time "soon"/),
    expect.stringContaining("precision h"),
  ]);
});

const PATHS = ["/v1/metrics", "/v1/traces", "/api/v1/write", "/api/v2/write", "/write", "/v1/records"];

test.each(PATHS)("without the token, %s is 401 whatever is posted", async (path) => {
  for (const authorization of [undefined, "", "Bearer", "Bearer x", `Bearer ${TOKEN}x`, `bearer${TOKEN}`, "Basic Og=="])
    for (const body of ["", SAMPLE, Buffer.alloc(5 * 1024 * 1024)])
      expect(await door.post(path, body, { authorization })).toMatchObject({
        status: 401,
        headers: { "www-authenticate": expect.stringMatching(/^Basic realm=.*, Bearer realm=/) },
      });
});

test("a wrong token is refused before the body has come", async () => {
  const { port } = new URL(door.url);
  const socket = net.connect(Number(port), "127.0.0.1");
  socket.write("POST /v1/records HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer no\r\nContent-Length: 4000000\r\n\r\n{");
  const [first] = await once(socket, "data");
  socket.destroy();
  expect(String(first)).toMatch(/^HTTP\/1\.1 401 /);
});

test("random bytes with the token never cause an internal error", async () => {
  const headers = fc.constantFrom(
    ...[PROTOBUF, JSON_TYPE, WRITE, { "content-encoding": "gzip" }, { ...PROTOBUF, "content-encoding": "deflate" }],
  );
  const start = fc
    .constantFrom("", "0a", "0a12", "1f8b08", "7b22", "5b5b", "28b52ffd", "04")
    .map((hex) => Buffer.from(hex, "hex"));
  const body = fc.tuple(start, fc.uint8Array({ maxLength: 300 })).map((parts) => Buffer.concat(parts));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), headers, body, async (path, type, bytes) => {
      const { status } = await door.post(path, bytes, type);
      return status < 500;
    }),
    { numRuns: 600 },
  );
  await door.records();
});

test("parameters and headers of any kind never cause an internal error", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), text, text, text, async (path, host, precision, token) => {
      const query = new URLSearchParams({ host: host, precision: precision });
      const authorization = `Basic ${Buffer.from(token).toString("base64")}`;
      const [known, unknown] = [
        await door.post(`${path}?${query}`, LINES),
        await door.post(`${path}?${query}`, LINES, { authorization }),
      ];
      return known.status < 500 && unknown.status === 401;
    }),
    { numRuns: 200 },
  );
  await door.records();
});

test("while the stream is away the answer is 503 with the time to wait, and never success", async () => {
  const { env, close } = await openTwin();
  const stream = new Stream(STREAM_NAME, env);
  await close();
  const { post, close: closeDoor } = await openListening({ put: (record) => stream.put(record) });
  for (const [path, body, headers] of [
    ["/v1/metrics", otlpBytes, PROTOBUF],
    ["/api/v1/write", writeRequest, WRITE],
    ["/api/v2/write", LINES, {}],
    ["/v1/records", SAMPLE, {}],
  ] as const) {
    const answer = await post(path, body, headers);
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    expect(answer.text).toContain("cannot write to stream");
  }
  await closeDoor();
});

test("connections without data end, whether they are silent, slow or idle", async () => {
  const { url, close } = await openListening({ patience: { headers: 200, request: 400, idle: 200 } });
  const port = Number(new URL(url).port);
  const ends = [
    "",
    "POST /v1/records HT",
    `POST /v1/records HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 9\r\n\r\n{`,
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  ].map(async (text) => {
    const socket = net
      .connect(port, "127.0.0.1")
      .on("error", () => {})
      .resume();
    socket.write(text);
    await once(socket, "close");
  });
  await Promise.all(ends);
  await close();
});

test("the door speaks TLS with the given certificate, and refuses plain HTTP then", async () => {
  const { key, cert } = selfSigned();
  const { url, close } = await openListening({ tls: { key: Buffer.from(key), cert: Buffer.from(cert) } });
  expect(url).toMatch(/^https:/);
  const options = { method: "POST", ca: cert, headers: { authorization: `Bearer ${TOKEN}` } };
  expect(await call(`${url}/v1/records`, options, SAMPLE)).toMatchObject({ status: 200 });
  await expect(call(`${url}/v1/records`, { ...options, ca: [] }, SAMPLE)).rejects.toThrow("self-signed");
  await expect(call(`${url.replace("https", "http")}/v1/records`, options, SAMPLE)).rejects.toThrow();
  await close();
});

test("a request for another path goes to the page", async () => {
  expect(await call(`${door.url}/anything`)).toMatchObject({ status: 200, text: "the page" });
});
