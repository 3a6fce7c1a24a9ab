import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { ManagedPolicy } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { Fleetwarden } from "./fleetwarden.ts";
import type { Options } from "./options.ts";

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));

const CHOOSE_FEEDBACK =
  "Choose where people answer alerts. -c feedback=url: by a link in the alert, to a page that needs no login. " +
  "-c feedback=none: with the command fleetwarden label only; the stack then has no public address.";

/** A stack that contains only Fleetwarden, with the outputs by which the command line finds it. */
export class FleetwardenStack extends Stack {
  constructor(scope: Construct, options: Options, props: StackProps = {}) {
    super(scope, options.stackName, {
      description: "Fleetwarden: a serverless anomaly detector for server fleets",
      tags: { Application: "Fleetwarden", Version: version, ...tagsOf(options) },
      ...props,
    });
    const { emails, phones, opsEmails, streamMode, shards, retentionHours, encryptStream, config } = options;
    const { feedback, feedbackConcurrency, slack, teams, pagerduty, opsgenie, opsKey } = options;
    // An error that is thrown would stop `cdk bootstrap` and `cdk destroy` too.
    if (feedback === undefined) Annotations.of(this).addError(CHOOSE_FEEDBACK);
    const fleet = new Fleetwarden(this, "Fleet", {
      streamMode,
      encryptStream,
      capacity: options.capacity,
      feedback: feedback ?? "none",
      removalPolicy: options.removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      forwardSecrets: { slack, teams, pagerduty, opsgenie },
      ...(emails ? { emails } : {}),
      ...(phones ? { phones } : {}),
      ...(opsEmails ? { opsEmails } : {}),
      ...(opsKey ? { opsKey: Key.fromKeyArn(this, "OpsKey", opsKey) } : {}),
      ...(options.expectedHosts ? { expectedHosts: options.expectedHosts } : {}),
      ...(shards ? { shards } : {}),
      ...(config ? { config } : {}),
      ...(feedbackConcurrency ? { feedbackConcurrency } : {}),
      ...(retentionHours ? { retention: Duration.hours(retentionHours) } : {}),
    });
    const ingest = new ManagedPolicy(this, "Ingest", {
      description: "Sends metrics to Fleetwarden: for the roles of hosts",
    });
    fleet.grantIngest(ingest);
    const outputs = { ...fleet.outputs, IngestPolicyArn: ingest.managedPolicyArn };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

function tagsOf({ tags = [] }: Options): Record<string, string> {
  return Object.fromEntries(tags.map((tag) => [tag.slice(0, tag.indexOf("=")), tag.slice(tag.indexOf("=") + 1)]));
}
