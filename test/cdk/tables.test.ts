// The tables of capacity=provisioned. The capacities are those of test/cost/capacity.test.ts.
import { App, Stack, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { Fleetwarden } from "../../cdk/fleetwarden.ts";
import { provisionedFor } from "../../lib/cost/capacity.ts";
import { AGENT_PACE } from "../../lib/cost/expected-usage.ts";
import { createStack, output, resources, synthesize } from "./synth.ts";

const HOSTS = 10_000;
const options = { capacity: "provisioned", expectedHosts: HOSTS };
const template = synthesize(options);
const capacity = provisionedFor({ hosts: HOSTS, shards: 1, ...AGENT_PACE });

const tableOf = (name: string) => resources(template, "AWS::DynamoDB::Table", output(template, name).Ref)[0]?.[1];

test("hosts and history are provisioned, the other tables stay on demand", () => {
  const { indexes, ...hosts } = capacity.hosts!;
  expect(tableOf("HostsTable")?.Properties).toMatchObject({
    ProvisionedThroughput: { ReadCapacityUnits: hosts.read, WriteCapacityUnits: hosts.write },
    GlobalSecondaryIndexes: [
      {
        IndexName: "unsent",
        ProvisionedThroughput: {
          ReadCapacityUnits: indexes.unsent?.read,
          WriteCapacityUnits: indexes.unsent?.write,
        },
      },
    ],
  });
  expect(tableOf("HostsTable")?.Properties).not.toHaveProperty("BillingMode", "PAY_PER_REQUEST");
  expect(tableOf("HistoryTable")?.Properties).toMatchObject({
    ProvisionedThroughput: { ReadCapacityUnits: capacity.history?.read, WriteCapacityUnits: capacity.history?.write },
  });
  for (const name of ["BaselinesTable", "IncidentsTable", "AlertingTable"])
    expect(tableOf(name)?.Properties).toMatchObject({ BillingMode: "PAY_PER_REQUEST" });
});

test("auto scaling keeps 70 % in use, and goes from the calm fleet's need to four times that", () => {
  const targets = resources(template, "AWS::ApplicationAutoScaling::ScalableTarget").map(
    ([, { Properties }]) => [Properties.ScalableDimension, Properties.MinCapacity, Properties.MaxCapacity] as const,
  );
  const { hosts, history } = capacity;
  const index = hosts?.indexes.unsent;
  const rows = [
    ["dynamodb:table:ReadCapacityUnits", hosts?.read],
    ["dynamodb:table:WriteCapacityUnits", hosts?.write],
    ["dynamodb:index:WriteCapacityUnits", index?.write],
    ["dynamodb:table:ReadCapacityUnits", history?.read],
    ["dynamodb:table:WriteCapacityUnits", history?.write],
  ].map(([dimension, min]) => [dimension, min, 4 * Number(min)]);
  expect(targets.sort()).toEqual(rows.sort());
  const policies = resources(template, "AWS::ApplicationAutoScaling::ScalingPolicy");
  expect(policies).toHaveLength(5);
  for (const [, { Properties }] of policies) {
    expect(Properties).toMatchObject({
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
    });
  }
});

test("a fleet whose history is cheaper on demand has only its hosts provisioned", () => {
  const small = synthesize({ ...options, expectedHosts: 1_000 });
  const [[, history] = []] = resources(small, "AWS::DynamoDB::Table", output(small, "HistoryTable").Ref);
  expect(history?.Properties).toMatchObject({ BillingMode: "PAY_PER_REQUEST" });
  expect(resources(small, "AWS::ApplicationAutoScaling::ScalableTarget")).toHaveLength(3);
});

test("by default no table is provisioned, and nothing scales", () => {
  expect(resources(synthesize(), "AWS::ApplicationAutoScaling::ScalableTarget")).toEqual([]);
});

test("the construct names what it lacks", () => {
  const stack = new Stack(new App({ context: { "aws:cdk:bundling-stacks": [] } }), "Theirs");
  expect(() => new Fleetwarden(stack, "Fleet", { feedback: "none", capacity: "provisioned" })).toThrow(
    'capacity "provisioned" needs expectedHosts, the number of hosts',
  );
});

test("cdk-nag finds nothing", () => {
  const { app } = createStack(options);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  expect(() => app.synth()).not.toThrow();
});
