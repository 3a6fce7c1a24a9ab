import { once } from "node:events";
import http, { createServer } from "node:http";
import { openEndpoint } from "../../lib/local/endpoint.ts";
import { BUCKET, localEnvironment } from "../../lib/local/names.ts";
import { memoryStore } from "../../lib/local/object-store.ts";
import { createS3 } from "../../lib/local/s3.ts";
import { openBucket } from "../../lib/store/bucket.ts";
import { createRejectedStore } from "../../lib/store/rejected-store.ts";
import { urlOf } from "./dynalite.ts";

test("stores a record with its bytes and reasons under its day and sequence number", async () => {
  const puts: { path: string | undefined; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      puts.push({ path: `${request.method} ${request.url}`, body: Buffer.concat(chunks).toString() });
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // By a name, before which the SDK would otherwise put the bucket's.
  const endpoint = urlOf(server).replace("127.0.0.1", "localhost");
  const bucket = openBucket({ AWS_ENDPOINT_URL: endpoint, AWS_REGION: "us-east-1" }, "failures");
  const store = createRejectedStore(bucket);
  const record = {
    sequenceNumber: "49590338271490256608559692538361571095921575989136588898",
    partitionKey: "web-07",
    arrival: Date.UTC(2026, 0, 2, 23, 59, 59, 999),
    problems: ["no JSON at offset 0", "names not seen"],
    bytes: Buffer.of(0, 255, 1),
    alike: 7,
  };
  await store.keep(record);
  await store.keep(record);
  bucket.close();
  server.close();
  await once(server, "close");
  const path =
    "PUT /failures/rejected/2026/01/02/49590338271490256608559692538361571095921575989136588898.json?x-id=PutObject";
  expect(puts.map((put) => put.path)).toEqual([path, path]);
  expect(JSON.parse(puts[0]!.body)).toEqual({
    problems: record.problems,
    sequenceNumber: record.sequenceNumber,
    partitionKey: "web-07",
    arrival: "2026-01-02T23:59:59.999Z",
    alike: 7,
    data: "AP8B",
  });
});

test("reads what was kept since a time, across midnight, without the bytes", async () => {
  const endpoint = await openEndpoint(0, () => undefined);
  const none = async () => ({ status: 501 });
  const services = { sns: none, lambda: none, secrets: none, feedback: none, trouble: async () => undefined };
  const s3 = createS3(memoryStore(() => 0));
  endpoint.serve({ dynamodb: http.createServer(), kinesis: http.createServer(), ...services, s3 });
  const bucket = openBucket(localEnvironment(endpoint.url), BUCKET);
  const store = createRejectedStore(bucket);
  const hour = (n: number) => Date.UTC(2026, 0, 2, n);
  for (const [i, arrival] of [hour(0), hour(1), hour(23), hour(25)].entries()) {
    const about = { sequenceNumber: String(i), partitionKey: `web-${i}`, problems: ["no JSON"], alike: i + 1 };
    await store.keep({ ...about, arrival, bytes: Buffer.of(1) });
  }
  expect(await store.recent(hour(1), hour(25))).toEqual([
    { partitionKey: "web-1", arrival: hour(1), problems: ["no JSON"], alike: 2 },
    { partitionKey: "web-2", arrival: hour(23), problems: ["no JSON"], alike: 3 },
  ]);
  expect(await store.recent(hour(24), hour(26))).toMatchObject([{ partitionKey: "web-3" }]);
  expect(await store.recent(hour(30), hour(54))).toEqual([]);
  bucket.close();
  await endpoint.close();
});
