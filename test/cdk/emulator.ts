import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { CloudFormationClient, CreateStackCommand } from "@aws-sdk/client-cloudformation";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Template } from "aws-cdk-lib/assertions";
import { clientConfig } from "../../lib/clients.ts";
import { createStack, resources } from "./synth.ts";

/**
 * moto, a Python package, imitates AWS well enough to deploy a template. It is no dependency, and used only where it is
 * installed.
 */
const MOTO = "moto_server";
const ATTEMPT_MS = 200;
/** Three minutes: moto loads much Python, which is slow on a busy machine. */
const START_ATTEMPTS = 900;
/** For the call that deploys: moto answers when the whole stack is there. */
const DEPLOY_MS = 180_000;
/** For a whole test on the emulator, which took a minute beside six busy loops: the limit is for one that hangs. */
export const EMULATOR_TEST_MS = 600_000;

const LOG_LENGTH = 2_000;

export const STACK = "Fleetwarden";

/** The environment of a client of the emulator there. */
export function emulatorEnvironment(endpoint: string) {
  return { AWS_ENDPOINT_URL: endpoint, AWS_REGION: "us-east-1" };
}

/** Deploys the stack on an emulator and runs `work` on it. Prints a line if none is installed. */
export async function withEmulator(work: (endpoint: string) => Promise<void>): Promise<void> {
  if (spawnSync(MOTO, ["--help"]).status !== 0) {
    process.stderr.write(`${MOTO} is not installed: nothing was tried on an emulator (pip install 'moto[server]').\n`);
    return;
  }
  const moto = await startMoto();
  try {
    await deploy(moto.endpoint);
    await work(moto.endpoint);
  } finally {
    moto.process.kill();
    await once(moto.process, "exit");
  }
}

/** `cdk deploy` would put the functions' code here, in the account and region of moto. */
const ASSETS = "cdk-hnb659fds-assets-123456789012-us-east-1";

async function deploy(endpoint: string): Promise<void> {
  // moto knows neither function URLs nor secrets in templates.
  const template = Template.fromStack(createStack({ emails: "ann@example.com", feedback: "none" }).stack);
  const config = clientConfig(emulatorEnvironment(endpoint));
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: ASSETS }));
  for (const [, { Properties }] of resources(template, "AWS::Lambda::Function")) {
    const { S3Key } = Properties.Code as { S3Key: string };
    await s3.send(new PutObjectCommand({ Bucket: ASSETS, Key: S3Key, Body: "not run" }));
  }
  // The usual client would call again after ten seconds, and find the stack half made.
  const requestHandler = { requestTimeout: DEPLOY_MS };
  const cloudFormation = new CloudFormationClient({ ...config, requestHandler });
  // The one parameter and the one rule check that the account has been bootstrapped.
  const { Parameters: _, Rules: __, ...body } = template.toJSON();
  const TemplateBody = JSON.stringify(body);
  await cloudFormation.send(
    new CreateStackCommand({ StackName: STACK, TemplateBody, Capabilities: ["CAPABILITY_IAM"] }),
  );
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
    // If another program took the port meanwhile, its server answers.
    if (server.exitCode !== null) break;
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
