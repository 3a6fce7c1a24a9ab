// The real commands on a deployed stack whose metrics are in CloudWatch.
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { stackNames, withLogGroups } from "../../lib/cli/cloud-watch.ts";
import { openTarget } from "../../lib/cli/target.ts";
import { clientConfig } from "../../lib/clients.ts";
import { ENVIRONMENT } from "../../lib/resources.ts";
import type { StackMetric } from "../../lib/stack-metrics.ts";
import { functionMetric, streamMetric, tableMetrics } from "../../lib/stack-metrics.ts";
import { createStores } from "../../lib/store/aws.ts";
import { start } from "../cli/process.ts";
import { state } from "../factories.ts";
import { EMULATOR_TEST_MS, emulatorEnvironment, STACK, withEmulator } from "./emulator.ts";

const MINUTE = 60_000;

test(
  "on a stack, cost makes a bill of what CloudWatch counted, and doctor names what is throttled",
  () =>
    withEmulator(async (endpoint) => {
      const environment = emulatorEnvironment(endpoint);
      const target = await openTarget({ stack: STACK }, environment);
      const stores = createStores(target.env, Date.now, Math.random);
      const now = Date.now();
      await stores.hosts.save(state({ host: "web-07", since: now, newest: now, arrived: now }));
      stores.close();
      await put(endpoint, target, now);

      const cost = await start(["cost", "--stack", STACK, "--last", "1h", "--json"], environment).exited;
      expect(cost).toMatchObject({ code: 0, err: "" });
      const { fleets, about } = JSON.parse(cost.out);
      const lines = Object.fromEntries(
        fleets[0].bill.map(({ what, dollars }: { what: string; dollars: number }) => [what, dollars]),
      );
      // The oldest values are 50 minutes old, or up to five more: a month of 730 hours has 796 to 876 times as much.
      const times = (730 * 60) / Number(/this for (\d+) min/.exec(about)?.[1]);
      expect(times).toBeGreaterThan(796);
      expect(times).toBeLessThan(877);
      expect(fleets[0].hosts).toBe(1);
      // 2,000 and 500 write units of $0.625 a million, 3,000 records of $0.014, and 60 s of 1,769 MiB with 1,000 runs.
      expect(lines["states of hosts, written"]).toBeCloseTo((2_500 * times * 0.625) / 1e6, 6);
      expect(lines.records).toBeCloseTo((3_000 * times * 0.014) / 1e6, 6);
      expect(lines.functions).toBeCloseTo(times * (0.0002 + 60 * (1769 / 1024) * 0.0000133334), 6);
      expect(lines.stream).toBeCloseTo(10.95, 6);
      expect(about).toContain("CloudWatch shows no payload units");
      expect(lines).not.toHaveProperty("alarms of auto scaling");

      const doctor = await start(["doctor", "--stack", STACK, "--json"], environment).exited;
      expect(doctor).toMatchObject({ code: 0, err: "" });
      const { findings } = JSON.parse(doctor.out);
      expect(findings.filter(({ cause }: { cause: string }) => ["throttled", "behind"].includes(cause))).toMatchObject([
        { what: expect.stringMatching(/^DynamoDB rejected 9 calls to the table history /) },
        { what: expect.stringMatching(/^The scorer was up to 2 min behind /) },
      ]);

      await provision(endpoint, target.env[ENVIRONMENT.hosts]);
      const { out } = await start(["cost", "--stack", STACK, "--last", "1h", "--json"], environment).exited;
      const billed: readonly { what: string; dollars: number }[] = JSON.parse(out).fleets[0].bill;
      const provisioned = Object.fromEntries(billed.map(({ what, dollars }) => [what, dollars]));
      // 24 units of the table and 7 of its index at $0.00065 an hour, 30 and 1 at $0.00013.
      expect(provisioned["states of hosts, written"]).toBeCloseTo(31 * 0.00065 * 730, 6);
      expect(provisioned["states of hosts, read"]).toBeCloseTo(31 * 0.00013 * 730, 6);
      expect(provisioned["alarms of auto scaling"]).toBeCloseTo(1.2, 6);
    }),
  EMULATOR_TEST_MS,
);

async function provision(endpoint: string, TableName: string | undefined): Promise<void> {
  const client = new DynamoDBClient(clientConfig(emulatorEnvironment(endpoint)));
  await client.send(
    new UpdateTableCommand({
      TableName,
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 30, WriteCapacityUnits: 24 },
      GlobalSecondaryIndexUpdates: [
        { Update: { IndexName: "unsent", ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 7 } } },
      ],
    }),
  );
  client.destroy();
}

async function put(endpoint: string, target: Awaited<ReturnType<typeof openTarget>>, now: number): Promise<void> {
  const score = target.functionName("score");
  const [hosts = "", history = ""] = [target.env[ENVIRONMENT.hosts], target.env[ENVIRONMENT.history]];
  const { functions } = await withLogGroups(target.env, stackNames(target));
  expect(functions.map(({ of }) => of)).toEqual(["score", "sweep", "refit"]);
  const [table, index] = tableMetrics("hosts", hosts, "ConsumedWriteCapacityUnits");
  const values: readonly (readonly [StackMetric, number])[] = [
    [table!, 2_000],
    [index!, 500],
    [streamMetric(target.stream, "IncomingRecords"), 3_000],
    [functionMetric(score, "Invocations"), 1_000],
    [functionMetric(score, "Duration"), 60_000],
    [functionMetric(score, "IteratorAge", "Maximum"), 125_000],
    [tableMetrics("history", history, "WriteThrottleEvents")[0]!, 9],
  ];
  const client = new CloudWatchClient(clientConfig(emulatorEnvironment(endpoint)));
  for (const [{ namespace, name, dimensions }, Value] of values) {
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    const Timestamp = new Date(now - 50 * MINUTE);
    const MetricData = [{ MetricName: name, Dimensions, Timestamp, Value }];
    await client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
  }
  client.destroy();
}
