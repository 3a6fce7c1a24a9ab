// The function `score` on tables that are out of capacity for a while.
import { eventOf } from "../../lib/handlers/contract.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import type { Counts } from "../../lib/handlers/options.ts";
import { ENVIRONMENT } from "../../lib/resources.ts";
import { createStores } from "../../lib/store/aws.ts";
import { startDynalite } from "../store/dynalite.ts";
import { startEdge } from "../store/throttling-edge.ts";

const NOW = Date.UTC(2026, 11, 1, 12);
const HOSTS = ["web-01", "web-02", "web-03", "web-04"];
const context = { getRemainingTimeInMillis: () => 60_000 };

let dynalite: Awaited<ReturnType<typeof startDynalite>>;
let edge: Awaited<ReturnType<typeof startEdge>>;

beforeEach(async () => {
  dynalite = await startDynalite();
  edge = await startEdge(dynalite.env);
});
afterEach(async () => {
  await edge.stop();
  await dynalite.stop();
});

/** One batch with a sample of each host. */
const Records = HOSTS.map((host, i) => {
  const data = Buffer.from(JSON.stringify({ host, time: NOW, metrics: { cpu: 20 + i } })).toString("base64");
  return eventOf({ sequenceNumber: String(100 + i), partitionKey: host, arrival: NOW, data });
});

function openScore() {
  const reported: Counts[] = [];
  const { score } = createHandlers({
    env: { ...edge.env, [ENVIRONMENT.alerts]: "arn:aws:sns:eu-central-1:000000000000:alerts" },
    clock: () => NOW,
    random: Math.random,
    report: (counts) => reported.push(counts),
    log: () => {},
  });
  return { score: () => score({ Records }, context), reported };
}

/** What the tables hold of each host, without the edge. */
async function stored() {
  const stores = createStores(dynalite.env, () => NOW, Math.random);
  const states = await stores.hosts.load(HOSTS);
  const kept = HOSTS.map(() => 0);
  for (const [i, host] of HOSTS.entries())
    for await (const { times } of stores.history.read(host, 0, NOW + 1)) kept[i]! += times.length;
  stores.close();
  return {
    seen: HOSTS.map((host) => states.get(host)?.seen),
    duplicates: HOSTS.map((host) => states.get(host)?.ingest.duplicates),
    kept,
  };
}

test.each(["hosts", "history"])(
  "while %s has no capacity, records are delivered again, and none is lost",
  async (name) => {
    const { score, reported } = openScore();
    edge.throttle(({ operation, body }) => operation === "PutItem" && body.includes(`"test-${name}"`));
    expect(await score()).toEqual({ batchItemFailures: [{ itemIdentifier: "100" }] });
    // Four attempts for each host's write.
    expect(reported).toContainEqual({ Throttled: 16 });
    expect((await stored()).seen).toEqual(HOSTS.map(() => undefined));

    edge.throttle(() => false);
    reported.length = 0;
    expect(await score()).toEqual({ batchItemFailures: [] });
    expect(await stored()).toEqual({ seen: [1, 1, 1, 1], duplicates: [0, 0, 0, 0], kept: [1, 1, 1, 1] });
    expect(reported.some((counts) => "Throttled" in counts)).toBe(false);
  },
);

test("without any answer to its reads, the scorer fails, so that Lambda repeats the batch", async () => {
  const { score, reported } = openScore();
  edge.throttle(({ operation }) => operation === "BatchGetItem");
  await expect(score()).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
  expect(reported.some(({ Throttled = 0 }) => Throttled > 0)).toBe(true);
  edge.throttle(() => false);
  expect(await score()).toEqual({ batchItemFailures: [] });
});
