import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Match } from "aws-cdk-lib/assertions";
import { createStack, output as outputOf, resources, synthesize } from "./synth.ts";

const template = synthesize({ emails: "ann@example.com,bob@example.com", phones: "+15550100" });

const output = (name: string) => outputOf(template, name);

test("a record that cannot be scored neither blocks its shard nor disappears", () => {
  template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    EventSourceArn: { "Fn::GetAtt": [output("StreamName").Ref, "Arn"] },
    FunctionName: output("ScoreFunction"),
    BatchSize: 2000,
    MaximumBatchingWindowInSeconds: 5,
    ParallelizationFactor: 1,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    MaximumRetryAttempts: 100,
    MaximumRecordAgeInSeconds: 21600,
    StartingPosition: "TRIM_HORIZON",
    DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": [output("FailuresBucket").Ref, "Arn"] } } },
    FilterCriteria: Match.absent(),
    TumblingWindowInSeconds: Match.absent(),
    MetricsConfig: Match.absent(), // each of its metrics costs $0.30 a month
  });
});

describe("stream", () => {
  const type = "AWS::Kinesis::Stream";

  test("is provisioned with one shard, keeps a day and is encrypted, by default", () => {
    template.hasResource(type, {
      DeletionPolicy: "Delete",
      Properties: {
        Name: Match.absent(),
        ShardCount: 1,
        RetentionPeriodHours: 24,
        StreamModeDetails: { StreamMode: "PROVISIONED" },
        StreamEncryption: { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" },
      },
    });
  });

  test.each([
    [
      { shards: 4, retentionHours: 48 },
      { ShardCount: 4, RetentionPeriodHours: 48 },
    ],
    [
      { streamMode: "on-demand" },
      { ShardCount: Match.absent(), StreamModeDetails: { StreamMode: "ON_DEMAND" }, RetentionPeriodHours: 24 },
    ],
    [{ encryptStream: false }, { StreamEncryption: Match.absent() }],
  ])("follows %j", (options, properties) => {
    synthesize(options).hasResourceProperties(type, properties);
  });
});

describe("tables", () => {
  const key = (AttributeName: string, KeyType: "HASH" | "RANGE") => ({ AttributeName, KeyType });
  const index = (IndexName: string, ProjectionType: string, ...KeySchema: unknown[]) => ({
    IndexName,
    KeySchema,
    Projection: { ProjectionType },
  });
  const EXPIRING = ["BaselinesTable", "HistoryTable", "AlertingTable"];

  test.each([
    [
      "HostsTable",
      "Retain",
      [key("host", "HASH")],
      [index("unsent", "KEYS_ONLY", key("unsent", "HASH"), key("host", "RANGE"))],
    ],
    ["BaselinesTable", "Retain", [key("owner", "HASH"), key("version", "RANGE")], Match.absent()],
    ["HistoryTable", "Delete", [key("host", "HASH"), key("time", "RANGE")], Match.absent()],
    [
      "IncidentsTable",
      "Retain",
      [key("host", "HASH"), key("opened", "RANGE")],
      [index("feed", "ALL", key("day", "HASH"), key("opened", "RANGE")), index("byId", "ALL", key("id", "HASH"))],
    ],
    ["AlertingTable", "Retain", [key("kind", "HASH"), key("id", "RANGE")], Match.absent()],
  ])(
    "%s has its keys and indexes, and is protected if it is to stay",
    (name, DeletionPolicy, KeySchema, GlobalSecondaryIndexes) => {
      const matching = template.findResources("AWS::DynamoDB::Table", {
        DeletionPolicy,
        Properties: {
          TableName: Match.absent(),
          BillingMode: "PAY_PER_REQUEST",
          KeySchema,
          GlobalSecondaryIndexes,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: DeletionPolicy === "Retain" },
          DeletionProtectionEnabled: DeletionPolicy === "Retain",
          TimeToLiveSpecification: EXPIRING.includes(name)
            ? { AttributeName: "expires", Enabled: true }
            : Match.absent(),
        },
      });
      expect(Object.keys(matching)).toEqual([output(name).Ref]);
    },
  );

  test.each([
    ["HistoryTable", "time"],
    ["IncidentsTable", "opened"],
  ])("in %s, %s is a number", (name, AttributeName) => {
    const [[, table] = []] = resources(template, "AWS::DynamoDB::Table", output(name).Ref);
    expect(table?.Properties.AttributeDefinitions).toContainEqual({ AttributeName, AttributeType: "N" });
  });

  test("removalPolicy=destroy deletes tables and bucket with the stack", () => {
    const destroyed = synthesize({ removalPolicy: "destroy" });
    destroyed.allResources("AWS::DynamoDB::Table", {
      DeletionPolicy: "Delete",
      Properties: { DeletionProtectionEnabled: false },
    });
    destroyed.allResources("AWS::S3::Bucket", { DeletionPolicy: "Delete" });
  });
});

test("failed records stay for 30 days where nobody else can read them", () => {
  template.hasResource("AWS::S3::Bucket", {
    DeletionPolicy: "Retain",
    Properties: {
      BucketName: Match.absent(),
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30, Status: "Enabled" }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  });
  template.hasResourceProperties("AWS::S3::BucketPolicy", {
    PolicyDocument: {
      Statement: [Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } })],
    },
  });
});

describe("functions", () => {
  const key = { FEEDBACK_KEY_ARN: { Ref: resources(template, "AWS::SecretsManager::Secret")[0]?.[0] } };
  const links = { ...key, FEEDBACK_URL: output("FeedbackUrl") };

  test.each([
    ["ScoreFunction", 1769, 60, links],
    ["SweepFunction", 512, 60, links],
    ["RefitFunction", 1769, 900, {}],
    ["FeedbackFunction", 256, 15, key],
  ])("%s has %i MiB and %i s", (name, MemorySize, Timeout, more) => {
    const [[id, fn] = []] = resources(template, "AWS::Lambda::Function", output(name).Ref);
    expect(id).toBe(output(name).Ref);
    expect(fn?.Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      MemorySize,
      Timeout,
    });
    expect(fn?.Properties.FunctionName).toBeUndefined();
    expect(fn?.Properties.Environment).toEqual({
      Variables: {
        HOSTS_TABLE: output("HostsTable"),
        BASELINES_TABLE: output("BaselinesTable"),
        HISTORY_TABLE: output("HistoryTable"),
        INCIDENTS_TABLE: output("IncidentsTable"),
        ALERTING_TABLE: output("AlertingTable"),
        FAILURES_BUCKET: output("FailuresBucket"),
        ALERTS_TOPIC_ARN: output("AlertsTopicArn"),
        STACK_NAME: "Fleetwarden",
        ...more,
      },
    });
  });

  test("log for 30 days", () => {
    template.resourceCountIs("AWS::Logs::LogGroup", 4);
    template.allResources("AWS::Logs::LogGroup", { DeletionPolicy: "Delete", Properties: { RetentionInDays: 30 } });
  });

  test("are four", () => template.resourceCountIs("AWS::Lambda::Function", 4));
});

test.each([
  ["SweepFunction", "rate(1 minute)", { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }],
  ["RefitFunction", "rate(20 minutes)", { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 1200 }],
])(
  "%s runs at %s without retries, and the events of its failed runs go to the failures bucket",
  (name, ScheduleExpression, retries) => {
    template.hasResourceProperties("AWS::Scheduler::Schedule", {
      ScheduleExpression,
      FlexibleTimeWindow: { Mode: "OFF" },
      StartDate: Match.absent(), // without one, the first run comes at once
      Target: { Arn: { "Fn::GetAtt": [output(name).Ref, "Arn"] }, RetryPolicy: retries },
    });
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      FunctionName: output(name),
      ...retries,
      DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": [output("FailuresBucket").Ref, "Arn"] } } },
    });
  },
);

describe("topics", () => {
  test("the alerts topic uses the key aws/sns; alarms may not, and the stack creates no key", () => {
    const [[, alerts] = []] = resources(template, "AWS::SNS::Topic", output("AlertsTopicArn").Ref);
    const [[, ops] = []] = resources(template, "AWS::SNS::Topic", output("OpsTopicArn").Ref);
    expect(JSON.stringify(alerts?.Properties.KmsMasterKeyId)).toContain(":alias/aws/sns");
    expect(ops?.Properties).not.toHaveProperty("KmsMasterKeyId");
    template.resourceCountIs("AWS::KMS::Key", 0);
  });

  test("the ops topic uses the key that the installer names", () => {
    const opsKey = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const theirs = synthesize({ opsKey });
    theirs.hasResourceProperties("AWS::SNS::Topic", {
      DisplayName: "Fleetwarden operations",
      KmsMasterKeyId: opsKey,
    });
    theirs.resourceCountIs("AWS::KMS::Key", 0);
  });

  test.each(["AlertsTopicArn", "OpsTopicArn"])("%s accepts no message over plain http", (name) => {
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
      Topics: [output(name)],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Deny",
            Action: "sns:Publish",
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        ]),
      },
    });
  });

  test("alarms of this account may publish to the ops topic", () => {
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
      Topics: [output("OpsTopicArn")],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Allow",
            Action: "sns:Publish",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Resource: output("OpsTopicArn"),
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          }),
        ]),
      },
    });
  });
});

test("another stack name changes the name of the stack and the dimension of its metrics", () => {
  const other = synthesize({ stackName: "Fleetwarden-test" });
  other.allResourcesProperties("AWS::Lambda::Function", {
    Environment: { Variables: Match.objectLike({ STACK_NAME: "Fleetwarden-test" }) },
  });
  other.hasResourceProperties("AWS::CloudWatch::Alarm", { Dimensions: [{ Name: "Stack", Value: "Fleetwarden-test" }] });
});

test("the tags of the stack name the application, its version and what the installer wants", () => {
  const { app, stack } = createStack({ tags: "team=storage,cost centre=a=b" });
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
  expect(app.synth().getStackByName(stack.stackName).tags).toEqual({
    Application: "Fleetwarden",
    Version: version,
    team: "storage",
    "cost centre": "a=b",
  });
});
