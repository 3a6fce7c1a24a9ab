import { type BatchGetItemCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createStores } from "../../lib/store/aws.ts";
import { DynamoTable } from "../../lib/store/dynamo-table.ts";
import { describeAlerting } from "../contract/alerting.ts";
import { describeStores } from "../contract/stores.ts";
import { startDynalite } from "./dynalite.ts";

let dynalite: Awaited<ReturnType<typeof startDynalite>>;

beforeAll(async () => {
  dynalite = await startDynalite();
});
afterAll(() => dynalite.stop());

describeStores("dynamo", 10, async (clock) => createStores(dynalite.env, clock, Math.random));
describeAlerting("dynamo", 10, async (clock) => createStores(dynalite.env, clock, Math.random));

test.each(["HOSTS_TABLE", "BASELINES_TABLE", "HISTORY_TABLE", "INCIDENTS_TABLE", "ALERTING_TABLE", "FAILURES_BUCKET"])(
  "reports that the environment lacks %s",
  (variable) => {
    const env = { ...dynalite.env, [variable]: undefined };
    expect(() => createStores(env, Date.now, Math.random)).toThrow(`environment variable ${variable} is not set`);
  },
);

test("throws every error except a failed condition", async () => {
  const stores = createStores({ ...dynalite.env, HOSTS_TABLE: "no-such-table" }, Date.now, Math.random);
  await expect(stores.hosts.load(["web-07"])).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  stores.close();
});

describe("keys left unprocessed", () => {
  const keys = Array.from({ length: 120 }, (_, i) => ({ host: { S: `web-${i}` } }));

  /** A table that serves these numbers of keys, one per request; the last number repeats. */
  function throttled(served: readonly number[]) {
    const requests: number[] = [];
    const sleeps: number[] = [];
    const client = new DynamoDBClient({ region: "us-east-1" });
    client.send = async ({ input }: { input: BatchGetItemCommandInput }) => {
      const asked = input.RequestItems?.hosts?.Keys ?? [];
      const count = served[Math.min(requests.length, served.length - 1)]!;
      requests.push(asked.length);
      const left = asked.slice(count);
      return {
        Responses: { hosts: asked.slice(0, count) },
        ...(left.length > 0 ? { UnprocessedKeys: { hosts: { Keys: left } } } : {}),
      };
    };
    const backoff = { random: () => 0.5, sleep: async (ms: number) => void sleeps.push(ms) };
    return { table: new DynamoTable(client, "hosts", "hosts", backoff), requests, sleeps };
  }

  test("are requested again after pauses, which double while no item comes", async () => {
    const { table, requests, sleeps } = throttled([60, 0, 0, 40]);
    expect(await table.get(keys.slice(0, 100), { consistent: true })).toEqual(keys.slice(0, 100));
    expect(requests).toEqual([100, 40, 40, 40]);
    // Half, as random says, of 50 ms doubled with each fruitless request.
    expect(sleeps).toEqual([25, 50, 100]);
  });

  test("are requested once each, at most 100 at a time", async () => {
    const { table, requests } = throttled([100]);
    expect(await table.get([...keys, ...keys], { consistent: true })).toEqual(keys);
    expect(requests).toEqual([100, 20]);
  });

  test("raise an error after eight requests without an item", async () => {
    const { table, requests } = throttled([30, 0]);
    await expect(table.get(keys.slice(0, 50), { consistent: true })).rejects.toThrow(
      "table hosts: 20 of 50 keys unprocessed after 8 attempts",
    );
    expect(requests).toHaveLength(9);
  });
});
