// DynamoDB with an edge in front of it that throttles, as a table does that is out of capacity.

import { once } from "node:events";
import http from "node:http";
import { createStores } from "../../lib/store/aws.ts";
import { aState } from "../contract/examples.ts";
import { startDynalite, urlOf } from "./dynalite.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const THROTTLED = JSON.stringify({
  __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
  message: "The level of configured provisioned throughput for the table was exceeded.",
});

let dynalite: Awaited<ReturnType<typeof startDynalite>>;
let edge: http.Server;
/** Requests that the edge still throttles. */
let left = 0;

beforeAll(async () => {
  dynalite = await startDynalite();
  const behind = new URL(dynalite.env.AWS_ENDPOINT_URL ?? "");
  edge = http.createServer((request, response) => {
    if (left > 0) {
      left--;
      request.resume();
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(THROTTLED);
      return;
    }
    const { method, url: path, headers } = request;
    const forwarded = http.request({ host: behind.hostname, port: behind.port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  });
  edge.listen(0, "127.0.0.1");
  await once(edge, "listening");
});
afterAll(async () => {
  edge.closeAllConnections();
  edge.close();
  await once(edge, "close");
  await dynalite.stop();
});

function openStores() {
  let throttles = 0;
  const env = { ...dynalite.env, AWS_ENDPOINT_URL: urlOf(edge) };
  const stores = createStores(env, Date.now, Math.random, undefined, () => throttles++);
  return { stores, throttles: () => throttles };
}

test("a call that DynamoDB throttles is repeated until it succeeds, and each throttle is counted", async () => {
  const { stores, throttles } = openStores();
  left = 2;
  expect(await stores.hosts.save(aState("web-07"))).toMatchObject({ host: "web-07", revision: 1 });
  expect(throttles()).toBe(2);
  left = 1;
  expect((await stores.hosts.load(["web-07"])).size).toBe(1);
  expect(throttles()).toBe(3);
  stores.close();
});

test("a call that DynamoDB goes on throttling fails after four attempts", async () => {
  const { stores, throttles } = openStores();
  left = Number.POSITIVE_INFINITY;
  await expect(stores.hosts.save(aState("web-08"))).rejects.toMatchObject({
    name: "ProvisionedThroughputExceededException",
  });
  left = 0;
  expect(throttles()).toBe(4);
  expect((await stores.hosts.load(["web-08"])).size).toBe(0);
  stores.close();
});
