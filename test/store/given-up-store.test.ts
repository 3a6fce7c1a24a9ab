// Over the S3 of the twin, whose objects have the time of the clock.
import http from "node:http";
import { openEndpoint } from "../../lib/local/endpoint.ts";
import { BUCKET, localEnvironment } from "../../lib/local/names.ts";
import { memoryStore } from "../../lib/local/object-store.ts";
import { createS3 } from "../../lib/local/s3.ts";
import { openBucket } from "../../lib/store/bucket.ts";
import { createGivenUpStore } from "../../lib/store/given-up-store.ts";

let now = 0;
let endpoint: Awaited<ReturnType<typeof openEndpoint>>;
const objects = memoryStore(() => now);

beforeAll(async () => {
  endpoint = await openEndpoint(0, () => undefined);
  const none = async () => ({ status: 501 });
  const services = { sns: none, lambda: none, secrets: none, feedback: none, trouble: async () => undefined };
  endpoint.serve({ dynamodb: http.createServer(), kinesis: http.createServer(), ...services, s3: createS3(objects) });
});
afterAll(() => endpoint.close());

async function put(time: number, ...keys: readonly string[]) {
  now = time;
  for (const key of keys) await objects.put(key, Buffer.from("{}"));
}

test("finds batches, refits and alerts since a time, beyond the first page of keys, and no sweeps or examples", async () => {
  const bucket = openBucket(localEnvironment(endpoint.url), BUCKET);
  const store = createGivenUpStore(bucket, "Fleetwarden-Sweep");
  await put(1_000_000, ...Array.from({ length: 1_005 }, (_, i) => `aws/lambda/map/old-${i}`), "aws/lambda/map/z-old");
  await put(2_000_000, "rejected/2026/11/30/1.json", "unreadable/2026/11/30/hosts/web-07.json");
  await put(2_000_000, "aws/lambda/async/Fleetwarden-Sweep/2026/12/01/run", "aws/lambda/async/Slack/2026/12/01/alert");
  await put(2_000_000, "aws/lambda/map/shardId-000000000000/2026/12/01/batch");
  expect(await store.since(2_000_000)).toEqual([
    "aws/lambda/async/Slack/2026/12/01/alert",
    "aws/lambda/map/shardId-000000000000/2026/12/01/batch",
  ]);
  expect(await store.since(1_000_000)).toHaveLength(1_008);
  expect(await store.since(2_001_000)).toEqual([]);
  bucket.close();
});
