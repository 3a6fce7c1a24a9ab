import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeStreamSummaryCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, HeadBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { Template } from "aws-cdk-lib/assertions";
import { clientConfig } from "../../lib/clients.ts";
import { run } from "../cli/live.ts";
import { createStack, resources } from "./synth.ts";

/** moto, a Python package that imitates AWS well enough to deploy a template; not a dependency, used where it is installed. */
const MOTO = "moto_server";
const START_ATTEMPTS = 100;
const ATTEMPT_MS = 200;
const LOG_LENGTH = 2_000;

test("the template deploys on an emulator", async () => {
  if (spawnSync(MOTO, ["--help"]).status !== 0) {
    process.stderr.write(
      `${MOTO} is not installed: the template was not tried on an emulator (pip install 'moto[server]').\n`,
    );
    return;
  }
  const moto = await startMoto();
  try {
    await deploy(moto.endpoint);
    await inspect(moto.endpoint);
    await command(moto.endpoint);
  } finally {
    moto.process.kill();
    await once(moto.process, "exit");
  }
}, 60_000);

function config(endpoint: string) {
  return clientConfig({ AWS_ENDPOINT_URL: endpoint, AWS_REGION: "us-east-1" });
}

/** Where `cdk deploy` would put the functions' code, in the account and region that moto plays. */
const ASSETS = "cdk-hnb659fds-assets-123456789012-us-east-1";

async function deploy(endpoint: string): Promise<void> {
  // moto knows neither addresses of functions nor secrets in templates.
  const template = Template.fromStack(createStack({ emails: "ann@example.com", feedback: "none" }).stack);
  const s3 = new S3Client({ ...config(endpoint), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: ASSETS }));
  for (const [, { Properties }] of resources(template, "AWS::Lambda::Function")) {
    const { S3Key } = Properties.Code as { S3Key: string };
    await s3.send(new PutObjectCommand({ Bucket: ASSETS, Key: S3Key, Body: "not run" }));
  }
  const cloudFormation = new CloudFormationClient(config(endpoint));
  // The one parameter and the one rule check that the account has been bootstrapped.
  const { Parameters: _, Rules: __, ...body } = template.toJSON();
  const TemplateBody = JSON.stringify(body);
  await cloudFormation.send(
    new CreateStackCommand({ StackName: "Fleetwarden", TemplateBody, Capabilities: ["CAPABILITY_IAM"] }),
  );
}

async function inspect(endpoint: string): Promise<void> {
  const { Stacks = [] } = await new CloudFormationClient(config(endpoint)).send(
    new DescribeStacksCommand({ StackName: "Fleetwarden" }),
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
  Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_REGION: "us-east-1" });
  try {
    expect(await run("status", "--stack", "Fleetwarden")).toEqual({
      code: 0,
      out: "No host has been heard of by stack Fleetwarden.\n",
      err: "",
    });
    expect((await run("status", "--stack", "Nobody")).err).toMatch(/^fleetwarden: .*Nobody.* does not exist/);
  } finally {
    process.env = before;
  }
}

async function startMoto(): Promise<{ endpoint: string; process: ChildProcess }> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(MOTO, ["-H", "127.0.0.1", "-p", String(port)], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr.on("data", (chunk) => {
    log = `${log}${chunk}`.slice(-LOG_LENGTH);
  });
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const ready = await fetch(`${endpoint}/moto-api/`).then(
      () => true,
      () => false,
    );
    if (ready) return { endpoint, process: server };
    await new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS));
  }
  server.kill();
  throw new Error(`${MOTO} did not answer on ${endpoint} within ${(START_ATTEMPTS * ATTEMPT_MS) / 1000} s: ${log}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return address.port;
}
