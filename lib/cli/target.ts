import type { Command } from "commander";
import { clientConfig, type Environment } from "../clients.ts";
import { functionName, localEnvironment, STREAM_NAME } from "../local/names.ts";
import { ENVIRONMENT } from "../resources.ts";
import { UserError } from "../user-error.ts";

/** `fleetwarden up` listens here by default. */
export const DEFAULT_PORT = 8710;

/** A command talks to the twin on this machine, or to a stack in AWS. */
export interface Target {
  /** Names the resources as the environment of the functions does, and says how to reach them. */
  readonly env: Environment;
  readonly stream: string;
  readonly isTwin: boolean;
  /** The functions that it has: a stack may be without the page behind the links. */
  readonly functions: readonly (keyof typeof FUNCTION_OUTPUTS)[];
  functionName(name: keyof typeof FUNCTION_OUTPUTS): string;
  /** For messages: `the twin at http://…` or `stack … in eu-west-1`. */
  readonly where: string;
}

export interface TargetOptions {
  readonly stack?: string;
  readonly profile?: string;
  readonly endpoint?: string;
}

export function withTarget(command: Command): Command {
  return command
    .option(
      "--stack <name>",
      "the stack in AWS, with the usual credentials and region (default: the twin on this machine)",
    )
    .option("--profile <name>", "the AWS profile for --stack (default: AWS_PROFILE)")
    .option(
      "--endpoint <url>",
      `where the twin listens (default: AWS_ENDPOINT_URL, else http://127.0.0.1:${DEFAULT_PORT})`,
    );
}

export async function openTarget({ stack, profile, endpoint }: TargetOptions, env: Environment): Promise<Target> {
  if (stack !== undefined && endpoint !== undefined)
    throw new UserError("--stack and --endpoint exclude each other: name one of them");
  if (profile !== undefined && stack === undefined)
    throw new UserError("--profile is for a stack in AWS: name it with --stack, or leave --profile out");
  return stack === undefined
    ? twinTarget(endpoint ?? env.AWS_ENDPOINT_URL ?? `http://127.0.0.1:${DEFAULT_PORT}`)
    : await stackTarget(stack, profile === undefined ? env : { ...env, AWS_PROFILE: profile });
}

function twinTarget(endpoint: string): Target {
  const env = localEnvironment(endpoint);
  return {
    env,
    stream: STREAM_NAME,
    isTwin: true,
    functions: FUNCTION_NAMES,
    functionName,
    where: `the twin at ${endpoint}`,
  };
}

/** Outputs of the stack (cdk/stack.ts) for each variable of the functions' environment. */
const OUTPUTS = {
  [ENVIRONMENT.hosts]: "HostsTable",
  [ENVIRONMENT.baselines]: "BaselinesTable",
  [ENVIRONMENT.history]: "HistoryTable",
  [ENVIRONMENT.incidents]: "IncidentsTable",
  [ENVIRONMENT.alerting]: "AlertingTable",
  [ENVIRONMENT.failures]: "FailuresBucket",
  [ENVIRONMENT.alerts]: "AlertsTopicArn",
} as const;

const FUNCTION_OUTPUTS = {
  score: "ScoreFunction",
  sweep: "SweepFunction",
  refit: "RefitFunction",
  feedback: "FeedbackFunction",
} as const;

const FUNCTION_NAMES = ["score", "sweep", "refit", "feedback"] as const;

async function stackTarget(stack: string, env: Environment): Promise<Target> {
  // Imported on use: a command for the twin, and the twin itself, need no stack.
  const { CloudFormationClient, DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  const client = new CloudFormationClient(clientConfig(env));
  const { Stacks: stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
  const outputs = new Map(stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const output = (name: string) => {
    const value = outputs.get(name);
    if (value === undefined)
      throw new UserError(`stack ${stack} has no output ${name}: deploy it again with this version of Fleetwarden`);
    return value;
  };
  const resources = Object.fromEntries(Object.entries(OUTPUTS).map(([variable, name]) => [variable, output(name)]));
  return {
    env: { ...env, ...resources, STACK_NAME: stack },
    stream: output("StreamName"),
    isTwin: false,
    functions: FUNCTION_NAMES.filter((name) => outputs.has(FUNCTION_OUTPUTS[name])),
    functionName: (name) => output(FUNCTION_OUTPUTS[name]),
    where: `stack ${stack}`,
  };
}
