import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type IStream, Stream, StreamEncryption, StreamMode } from "aws-cdk-lib/aws-kinesis";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { type Function as LambdaFunction, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { KinesisEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { type Config, DEFAULT_CONFIG, type Recipients } from "../lib/config/config.ts";
import { readConfig } from "../lib/config/file.ts";
import { provisionedFor } from "../lib/cost/capacity.ts";
import { AGENT_PACE } from "../lib/cost/expected-usage.ts";
import { ENVIRONMENT, MAPPING, METRICS, STREAM } from "../lib/resources.ts";
import { grantTables } from "./access.ts";
import { addAlarms } from "./alarms.ts";
import { addDashboard } from "./dashboard.ts";
import { createFailuresBucket, FailureDestination, grantKeep, REJECTED, UNREADABLE } from "./failures.ts";
import { createFeedback, type Feedback } from "./feedback.ts";
import { createForwards, type ForwardSecrets, type Forwards } from "./forwards.ts";
import { createFunction } from "./functions.ts";
import type { Parts } from "./parts.ts";
import { schedule } from "./schedules.ts";
import { createTables, type Tables } from "./tables.ts";
import { createAlertsTopic, createOpsTopic } from "./topics.ts";

export interface FleetwardenProps {
  /**
   * Path of the configuration, which becomes a part of each function (docs/configuration.md).
   * @default all settings have their defaults, and nobody gets alerts
   */
  readonly config?: string;
  /**
   * Who gets incidents by e-mail. Each must confirm a mail from AWS first.
   * @default those of the configuration
   */
  readonly emails?: readonly string[];
  /**
   * Who gets incidents by SMS, as +15550100.
   * @default those of the configuration
   */
  readonly phones?: readonly string[];
  /**
   * Who gets alarms about Fleetwarden itself.
   * @default those of the configuration, else those who get incidents by e-mail
   */
  readonly opsEmails?: readonly string[];
  /**
   * Key of the ops topic. Its policy must let `cloudwatch.amazonaws.com` use the key. If the same app creates the key,
   * the stack adds that statement.
   * @default none. SNS still encrypts its disks, and an alarm's message names the alarm and its limit, and no host.
   */
  readonly opsKey?: IKey;
  /**
   * A stream that exists already; then the four settings of the stream below have no effect.
   * @default a new one
   */
  readonly stream?: IStream;
  /**
   * Provisioned is cheaper at every fleet size; on-demand needs no thought about shards.
   * @default "provisioned"
   */
  readonly streamMode?: "provisioned" | "on-demand";
  /**
   * Shards of a provisioned stream; each takes 1,000 records and 1 MB a second.
   * @default 1
   */
  readonly shards?: number;
  /**
   * How long the stream keeps records.
   * @default 24 hours, which cost nothing
   */
  readonly retention?: Duration;
  /**
   * Whether the stream is encrypted at rest. The key is free, but AWS bills its use for each set of producer
   * credentials. That is up to $0.026 a month for every host with a role session of its own.
   * @default true
   */
  readonly encryptStream?: boolean;
  /**
   * Whether tables with a steady load have capacities for `expectedHosts`, with auto scaling: cheaper from about 150
   * hosts on (docs/deploying.md#provisioned-tables).
   * @default "on-demand"
   */
  readonly capacity?: "on-demand" | "provisioned";
  /** So large a fleet is expected. Auto scaling keeps at least the capacity that it needs while all hosts are calm. */
  readonly expectedHosts?: number;
  /**
   * Whether hosts, baselines, incidents and failures outlive the stack.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Where people answer alerts: by a link to a page without a login (`url`), or only on the command line (`none`).
   */
  readonly feedback: "url" | "none";
  /**
   * Concurrent executions that the page reserves, which is also its limit: 5 are enough for people, and limit what
   * strangers can cost. Lambda refuses if fewer than 100 of the account's would stay unreserved.
   * @default none: the page shares those of the account, which a new account has 10 of
   */
  readonly feedbackConcurrency?: number;
  /**
   * ARNs of secrets in Secrets Manager, each with the address of a webhook of Slack or Microsoft Teams, or a key of
   * PagerDuty or Opsgenie. These services then get alerts in their own formats.
   * @default none of them gets alerts
   */
  readonly forwardSecrets?: ForwardSecrets;
}

/** The whole of Fleetwarden, for any stack: stream, scoring, tables, alerts, alarms and dashboard. */
export class Fleetwarden extends Construct implements Parts {
  readonly stream: IStream;
  readonly tables: Tables;
  readonly failures: Bucket;
  /** Gets incidents, for the people on call. */
  readonly alertsTopic: Topic;
  /** Gets alarms about Fleetwarden itself. */
  readonly opsTopic: Topic;
  readonly score: LambdaFunction;
  readonly sweep: LambdaFunction;
  readonly refit: LambdaFunction;
  readonly feedback: Feedback | undefined;
  readonly forwards: Forwards;
  /** UUID of the event source mapping. */
  readonly mappingId: string;
  readonly refitEvery: Duration;

  constructor(scope: Construct, id: string, props: FleetwardenProps) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    // A mistake in the configuration stops the deployment here.
    const settings = props.config === undefined ? DEFAULT_CONFIG : readConfig(props.config);
    const recipients = recipientsOf(settings, props);
    this.refitEvery = Duration.millis(settings.refitEveryMs);
    this.stream = props.stream ?? createStream(this, props);
    this.tables = createTables(this, removalPolicy, provisionedTables(props, settings));
    this.failures = createFailuresBucket(this, removalPolicy);
    this.alertsTopic = createAlertsTopic(this, recipients);
    this.opsTopic = createOpsTopic(this, recipients.opsEmails ?? recipients.emails, props.opsKey);

    const { config, feedbackConcurrency: reserved } = props;
    const environment = this.#environment();
    this.feedback = props.feedback === "url" ? createFeedback(this, environment, { config, reserved }) : undefined;
    const publishing = { ...environment, ...this.feedback?.environment };
    this.score = createFunction(this, "score", publishing, { config });
    this.sweep = createFunction(this, "sweep", publishing, { config });
    this.refit = createFunction(this, "refit", environment, { config });
    this.#grant();
    this.mappingId = this.#mapStream();
    const onFailure = new FailureDestination(this.failures);
    schedule("sweep", this.sweep, onFailure);
    schedule("refit", this.refit, onFailure);
    this.forwards = createForwards(this, this.alertsTopic, props.forwardSecrets ?? {}, onFailure);
    addDashboard(this, addAlarms(this));
  }

  /** Lets an agent or other producer put records into the stream. */
  grantIngest(grantee: IGrantable): Grant {
    this.stream.encryptionKey?.grant(grantee, "kms:GenerateDataKey");
    return this.stream.grant(grantee, "kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStreamSummary");
  }

  /** Names of the resources as the command line looks them up: make an output of the stack of each. */
  get outputs(): Readonly<Record<string, string>> {
    return {
      HostsTable: this.tables.hosts.tableName,
      BaselinesTable: this.tables.baselines.tableName,
      HistoryTable: this.tables.history.tableName,
      IncidentsTable: this.tables.incidents.tableName,
      AlertingTable: this.tables.alerting.tableName,
      FailuresBucket: this.failures.bucketName,
      AlertsTopicArn: this.alertsTopic.topicArn,
      OpsTopicArn: this.opsTopic.topicArn,
      StreamName: this.stream.streamName,
      ScoreFunction: this.score.functionName,
      SweepFunction: this.sweep.functionName,
      RefitFunction: this.refit.functionName,
      ...(this.feedback && { FeedbackFunction: this.feedback.fn.functionName, FeedbackUrl: this.feedback.url }),
    };
  }

  #environment(): Record<string, string> {
    return {
      [ENVIRONMENT.hosts]: this.tables.hosts.tableName,
      [ENVIRONMENT.baselines]: this.tables.baselines.tableName,
      [ENVIRONMENT.history]: this.tables.history.tableName,
      [ENVIRONMENT.incidents]: this.tables.incidents.tableName,
      [ENVIRONMENT.alerting]: this.tables.alerting.tableName,
      [ENVIRONMENT.failures]: this.failures.bucketName,
      [ENVIRONMENT.alerts]: this.alertsTopic.topicArn,
      [METRICS.dimensionVariable]: Stack.of(this).stackName,
    };
  }

  #grant(): void {
    grantTables("score", this.score, this.tables);
    grantTables("sweep", this.sweep, this.tables);
    grantTables("refit", this.refit, this.tables);
    if (this.feedback) grantTables("feedback", this.feedback.fn, this.tables);
    grantKeep(this.failures, this.score, REJECTED);
    for (const fn of [this.score, this.sweep, this.refit, ...(this.feedback ? [this.feedback.fn] : [])]) {
      grantKeep(this.failures, fn, UNREADABLE);
    }
    // Not grantPublish: it also grants the use of the key, which the key that SNS owns allows by itself.
    const publish = { actions: ["sns:Publish"], resources: [this.alertsTopic.topicArn] };
    for (const fn of [this.score, this.sweep, this.refit]) fn.addToRolePolicy(new PolicyStatement(publish));
    for (const fn of [this.score, this.sweep]) this.feedback?.grantKey(fn);
    const audit = { actions: ["sns:ListSubscriptionsByTopic"], resources: [this.alertsTopic.topicArn] };
    this.sweep.addToRolePolicy(new PolicyStatement(audit));
  }

  #mapStream(): string {
    const source = new KinesisEventSource(this.stream, {
      batchSize: MAPPING.batchSize,
      maxBatchingWindow: Duration.seconds(MAPPING.windowSeconds),
      parallelizationFactor: MAPPING.parallelizationFactor,
      bisectBatchOnError: MAPPING.bisectOnError,
      reportBatchItemFailures: MAPPING.reportBatchItemFailures,
      retryAttempts: MAPPING.retryAttempts,
      maxRecordAge: Duration.seconds(MAPPING.maxRecordAgeSeconds),
      startingPosition: StartingPosition[MAPPING.startingPosition],
      onFailure: new FailureDestination(this.failures),
    });
    this.score.addEventSource(source);
    return source.eventSourceMappingId;
  }
}

/** Properties override the configuration. */
function recipientsOf({ recipients }: Config, { emails, phones, opsEmails }: FleetwardenProps): Recipients {
  return {
    ...recipients,
    ...(emails && { emails }),
    ...(phones && { phones }),
    ...(opsEmails && { opsEmails }),
  };
}

/** For agents with their default pace. */
function provisionedTables(
  { capacity, expectedHosts: hosts, shards = STREAM.shards }: FleetwardenProps,
  config: Config,
) {
  if (capacity !== "provisioned") return {};
  if (hosts === undefined) throw new Error('capacity "provisioned" needs expectedHosts, the number of hosts');
  return provisionedFor({ hosts, shards, ...AGENT_PACE, refitEveryMs: config.refitEveryMs });
}

function createStream(scope: Construct, props: FleetwardenProps): Stream {
  const onDemand = props.streamMode === "on-demand";
  const encrypted = props.encryptStream ?? true;
  const stream = new Stream(scope, "Stream", {
    ...(onDemand
      ? { streamMode: StreamMode.ON_DEMAND }
      : { streamMode: StreamMode.PROVISIONED, shardCount: props.shards ?? STREAM.shards }),
    retentionPeriod: props.retention ?? Duration.hours(STREAM.retentionHours),
    encryption: encrypted ? StreamEncryption.MANAGED : StreamEncryption.UNENCRYPTED,
    // A day of samples. A stream that outlives the stack would cost as much as the rest of a small fleet.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  if (!encrypted) {
    Validations.of(stream).acknowledge({
      id: "AwsSolutions-KDS1",
      reason:
        "Requested: AWS bills the use of the key per producer credential, and the records are metrics, sent over TLS.",
    });
  }
  return stream;
}
