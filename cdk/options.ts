import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { EMAIL, PHONE } from "../lib/config/addresses.ts";
import { CONFIG_NAME } from "../lib/config/config.ts";
import type { Service } from "../lib/resources.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-stack.html */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;
/** A stream's default quota in the larger regions; ask AWS before asking for more. */
const SHARDS_MAX = 500;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html */
const TAG = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/+\-@]{1,128}=[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
/**
 * With the six characters that Secrets Manager adds to the name
 * (https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html).
 */
const SECRET_ARN = /^arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/;
/** https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN: no alias. */
const KEY_ARN = /^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/[a-z0-9-]+$/;
/** An account's default quota. */
const CONCURRENCY_MAX = 1_000;
/** With so many, the hosts table scales to 32,000 units, below its default quota of 40,000. */
const EXPECTED_HOSTS_MAX = 300_000;
const RETENTION_HOURS_MIN = 24;
const RETENTION_HOURS_MAX = 8_760;

/** The options of `cdk deploy -c name=value`, or of `context` in cdk.json. */
export interface Options {
  readonly stackName: string;
  /** These three override those of the configuration. */
  readonly emails: readonly string[] | undefined;
  readonly phones: readonly string[] | undefined;
  readonly opsEmails: readonly string[] | undefined;
  readonly streamMode: "provisioned" | "on-demand";
  readonly shards: number | undefined;
  readonly retentionHours: number | undefined;
  readonly encryptStream: boolean;
  /** ARN of a key of the account. */
  readonly opsKey: string | undefined;
  readonly capacity: "on-demand" | "provisioned";
  /** Only for provisioned tables, which need it. */
  readonly expectedHosts: number | undefined;
  readonly removalPolicy: "retain" | "destroy";
  /** Each as `key=value`, for all resources of the stack. */
  readonly tags: readonly string[] | undefined;
  /** Path of the configuration (docs/configuration.md). */
  readonly config: string | undefined;
  /** Nothing by default: whether an address is open to everybody is the installer's choice. */
  readonly feedback: "url" | "none" | undefined;
  readonly feedbackConcurrency: number | undefined;
  /** ARNs of secrets with the address or key of that service. */
  readonly slack: string | undefined;
  readonly teams: string | undefined;
  readonly pagerduty: string | undefined;
  readonly opsgenie: string | undefined;
}

type Context = Readonly<Record<string, unknown>>;

const DEFAULTS: Options = {
  stackName: "Fleetwarden",
  emails: undefined,
  phones: undefined,
  opsEmails: undefined,
  streamMode: "provisioned",
  shards: undefined,
  retentionHours: undefined,
  encryptStream: true,
  opsKey: undefined,
  capacity: "on-demand",
  expectedHosts: undefined,
  removalPolicy: "retain",
  tags: undefined,
  config: undefined,
  feedback: undefined,
  feedbackConcurrency: undefined,
  slack: undefined,
  teams: undefined,
  pagerduty: undefined,
  opsgenie: undefined,
};

/** Reads options from the context of an app in `folder`. Throws an error that names the key and a valid value. */
export function readOptions(context: Context, folder: string): Options {
  refuseUnknown(context);
  const options = {
    stackName: text(context, "stackName", STACK_NAME, "letters, digits and hyphens") ?? DEFAULTS.stackName,
    emails: list(context, "emails", EMAIL, "addresses such as ops@example.com"),
    phones: list(context, "phones", PHONE, "addresses such as +15550100"),
    opsEmails: list(context, "opsEmails", EMAIL, "addresses such as ops@example.com"),
    streamMode: oneOf(context, "streamMode", ["provisioned", "on-demand"]) ?? DEFAULTS.streamMode,
    shards: whole(context, "shards", 1, SHARDS_MAX),
    retentionHours: whole(context, "retentionHours", RETENTION_HOURS_MIN, RETENTION_HOURS_MAX),
    encryptStream: (oneOf(context, "encryptStream", ["true", "false"]) ?? String(DEFAULTS.encryptStream)) === "true",
    opsKey: text(context, "opsKey", KEY_ARN, "an ARN such as arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-…"),
    capacity: oneOf(context, "capacity", ["on-demand", "provisioned"]) ?? DEFAULTS.capacity,
    expectedHosts: whole(context, "expectedHosts", 1, EXPECTED_HOSTS_MAX),
    removalPolicy: oneOf(context, "removalPolicy", ["retain", "destroy"]) ?? DEFAULTS.removalPolicy,
    tags: list(context, "tags", TAG, "keys and values such as team=storage"),
    config: configOf(context, folder),
    feedback: oneOf(context, "feedback", ["url", "none"]),
    feedbackConcurrency: whole(context, "feedbackConcurrency", 1, CONCURRENCY_MAX),
    slack: secretArn(context, "slack"),
    teams: secretArn(context, "teams"),
    pagerduty: secretArn(context, "pagerduty"),
    opsgenie: secretArn(context, "opsgenie"),
  };
  if (options.streamMode === "on-demand" && options.shards !== undefined) {
    throw new Error(
      'Option "shards" has no meaning for an on-demand stream: leave it out, or set streamMode=provisioned.',
    );
  }
  if (options.capacity === "provisioned" && options.expectedHosts === undefined) {
    throw new Error('Option "capacity" is provisioned, which needs the number of hosts: add -c expectedHosts=1000.');
  }
  if (options.capacity === "on-demand" && options.expectedHosts !== undefined) {
    throw new Error('Option "expectedHosts" is for the tables of capacity=provisioned: set that, or leave it out.');
  }
  if (options.feedback !== "url" && options.feedbackConcurrency !== undefined) {
    throw new Error('Option "feedbackConcurrency" is for the page of feedback=url: set that, or leave it out.');
  }
  return options;
}

/** A misspelt option must not be ignored. Names of CDK flags and settings contain other characters. */
function refuseUnknown(context: Context): void {
  const known = Object.keys(DEFAULTS);
  const unknown = Object.keys(context).find((key) => /^[A-Za-z]+$/.test(key) && !known.includes(key));
  if (unknown) throw new Error(`Unknown option "${unknown}": the options are ${known.join(", ")}.`);
}

function text(context: Context, key: keyof Options, pattern: RegExp, fix: string): string | undefined {
  const value = context[key];
  if (value === undefined) return undefined;
  if (typeof value === "string" && pattern.test(value)) return value;
  throw invalid(key, value, fix);
}

/** A list, or one string with commas as on the command line. */
function list(context: Context, key: keyof Options, pattern: RegExp, expected: string): readonly string[] | undefined {
  const value = context[key];
  if (value === undefined) return undefined;
  const items: unknown[] = typeof value === "string" ? value.split(",").map((item) => item.trim()) : asArray(value);
  const wrong = items.find((item) => !(typeof item === "string" && pattern.test(item)));
  if (wrong !== undefined || items.length === 0) throw invalid(key, wrong ?? value, `${expected}, with commas between`);
  return items.map(String);
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function oneOf<T extends string>(context: Context, key: keyof Options, values: readonly T[]): T | undefined {
  const value = context[key];
  if (value === undefined) return undefined;
  const found = values.find((allowed) => allowed === String(value));
  if (found === undefined) throw invalid(key, value, values.join(" or "));
  return found;
}

function whole(context: Context, key: keyof Options, min: number, max: number): number | undefined {
  const value = context[key];
  if (value === undefined) return undefined;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalid(key, value, `a whole number from ${min} to ${max}`);
}

/** The file that the option names, which must exist; otherwise the one beside cdk.json, if there is one. */
function configOf(context: Context, folder: string): string | undefined {
  const named = text(context, "config", /./, "the path of a configuration");
  if (named !== undefined) return resolve(folder, named);
  return existsSync(join(folder, CONFIG_NAME)) ? join(folder, CONFIG_NAME) : undefined;
}

/** The message does not show the value: people may have given the address or key itself. */
function secretArn(context: Context, key: Service): string | undefined {
  const value = context[key];
  if (value === undefined || (typeof value === "string" && SECRET_ARN.test(value))) return value;
  throw new Error(
    `Option "${key}" is not the whole ARN of a secret that holds the address or key, such as ` +
      `arn:aws:secretsmanager:eu-west-1:123456789012:secret:fleetwarden/${key}-a1B2c3. ` +
      `Set it with -c ${key}=… or in cdk.json.`,
  );
}

function invalid(key: keyof Options, value: unknown, expected: string): Error {
  return new Error(
    `Option "${key}" is ${JSON.stringify(value)}, expected ${expected}. Set it with -c ${key}=… or in cdk.json.`,
  );
}
