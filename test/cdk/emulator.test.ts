import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeStreamSummaryCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { clientConfig } from "../../lib/clients.ts";
import { run } from "../cli/live.ts";
import { EMULATOR_TEST_MS, emulatorEnvironment, STACK, withEmulator } from "./emulator.ts";

test(
  "the template deploys on an emulator",
  () =>
    withEmulator(async (endpoint) => {
      await inspect(endpoint);
      await command(endpoint);
    }),
  EMULATOR_TEST_MS,
);

function config(endpoint: string) {
  return clientConfig(emulatorEnvironment(endpoint));
}

async function inspect(endpoint: string): Promise<void> {
  const { Stacks = [] } = await new CloudFormationClient(config(endpoint)).send(
    new DescribeStacksCommand({ StackName: STACK }),
  );
  expect(Stacks[0]?.StackStatus).toBe("CREATE_COMPLETE");
  const output = Object.fromEntries((Stacks[0]?.Outputs ?? []).map((o) => [o.OutputKey, o.OutputValue]));

  const dynamo = new DynamoDBClient(config(endpoint));
  for (const [name, keys] of [
    ["HostsTable", ["host"]],
    ["BaselinesTable", ["owner", "version"]],
    ["HistoryTable", ["host", "time"]],
    ["IncidentsTable", ["host", "opened"]],
  ] as const) {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: output[name] }));
    expect(Table?.KeySchema?.map((key) => key.AttributeName)).toEqual(keys);
  }

  const stream = await new KinesisClient(config(endpoint)).send(
    new DescribeStreamSummaryCommand({ StreamName: output.StreamName }),
  );
  expect(stream.StreamDescriptionSummary?.OpenShardCount).toBe(1);

  const { EventSourceMappings = [] } = await new LambdaClient(config(endpoint)).send(
    new ListEventSourceMappingsCommand({ FunctionName: output.ScoreFunction }),
  );
  expect(EventSourceMappings.map((mapping) => mapping.EventSourceArn)).toEqual([
    stream.StreamDescriptionSummary?.StreamARN,
  ]);

  const sns = new SNSClient(config(endpoint));
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  expect(Topics.map((topic) => topic.TopicArn).sort()).toEqual([output.AlertsTopicArn, output.OpsTopicArn].sort());

  const s3 = new S3Client({ ...config(endpoint), forcePathStyle: true });
  await s3.send(new HeadBucketCommand({ Bucket: output.FailuresBucket }));
}

/** The commands find the stack's resources by its outputs. */
async function command(endpoint: string): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, emulatorEnvironment(endpoint));
  try {
    expect(await run("status", "--stack", STACK)).toEqual({
      code: 0,
      out: "No host has sent anything to stack Fleetwarden yet.\n",
      err: "",
    });
    expect((await run("status", "--stack", "Nobody")).err).toMatch(/^fleetwarden: .*Nobody.* does not exist/);
  } finally {
    process.env = before;
  }
}
