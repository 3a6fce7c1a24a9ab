import { extname, join, resolve } from "node:path";
import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Runtime } from "aws-cdk-lib/aws-lambda";
import {
  type BundlingOptions,
  type ICommandHooks,
  LogLevel,
  NodejsFunction,
  OutputFormat,
} from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { CONFIG_NAME } from "../lib/config/config.ts";
import { ENVIRONMENT, FUNCTIONS, type FunctionName } from "../lib/resources.ts";
import { copyCommand } from "./copy-command.ts";

/** The functions lie beside this folder, in a clone as TypeScript and in the package as JavaScript. */
const entryOf = (name: FunctionName) =>
  join(import.meta.dirname, "..", "functions", `${name}${extname(import.meta.filename)}`);

// One ES module that contains the SDK: it starts three times faster than with the runtime's SDK, and pins its version.
const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  target: "node24",
  mainFields: ["module", "main"],
  minify: true,
  sourceMap: false,
  bundleAwsSDK: true,
  logLevel: LogLevel.WARNING,
  // CommonJS dependencies call require(), which an ES module does not have.
  banner:
    'import { createRequire as createRequire_ } from "node:module"; const require = createRequire_(import.meta.url);',
};

export interface FunctionOptions {
  /** Path of the configuration. */
  readonly config: string | undefined;
  /** Its name in the template. */
  readonly id?: string;
  /** Concurrent executions of the account that are the function's own, and its limit. */
  readonly reserved?: number | undefined;
}

/** Where the functions differ from cdk-nag's Serverless checks, and why. */
const DIFFERENCES = [
  {
    id: "Serverless::Serverless-LambdaDLQ",
    reason: "Failed batches and scheduled runs go to the failures bucket; a queue would not have their errors.",
  },
  {
    id: "Serverless::Serverless-LambdaTracing",
    reason: "Each run's work is in its log line and metrics; X-Ray would bill every sampled trace and see no host.",
  },
];

/**
 * A Lambda function of `functions/`, with a role that may only write to its own log. The configuration, if there is
 * one, lies beside its code.
 */
export function createFunction(
  scope: Construct,
  name: FunctionName,
  environment: Readonly<Record<string, string>>,
  { config, id = name.charAt(0).toUpperCase() + name.slice(1), reserved }: FunctionOptions,
): NodejsFunction {
  const { memoryMiB, timeoutSeconds } = FUNCTIONS[name];
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // The role that the CDK creates may write to every log of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  logGroup.grantWrite(role);
  const fn = new NodejsFunction(scope, id, {
    entry: entryOf(name),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: memoryMiB,
    timeout: Duration.seconds(timeoutSeconds),
    ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
    environment: { ...environment, ...(config === undefined ? {} : { [ENVIRONMENT.config]: CONFIG_NAME }) },
    awsSdkConnectionReuse: false, // a variable for SDK v2; v3 keeps connections by itself
    bundling: config === undefined ? BUNDLING : { ...BUNDLING, commandHooks: copying(resolve(config)) },
    logGroup,
    role,
  });
  Validations.of(fn).acknowledge(...DIFFERENCES);
  return fn;
}

function copying(config: string): ICommandHooks {
  return {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (_from, to) => [copyCommand(config, join(to, CONFIG_NAME))],
  };
}
