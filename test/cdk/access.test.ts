import { App, Stack, Validations } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { PolicyStatement, User } from "aws-cdk-lib/aws-iam";
import { Stream } from "aws-cdk-lib/aws-kinesis";
import { Key } from "aws-cdk-lib/aws-kms";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { Fleetwarden } from "../../cdk/fleetwarden.ts";
import { createStack, resources, synthesize } from "./synth.ts";

type Reference = string | { Ref: string } | { "Fn::GetAtt": [string, string] } | { "Fn::Join": [string, Reference[]] };

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | string[];
  readonly Resource: Reference | Reference[];
  readonly Condition?: unknown;
}

const template = synthesize();

function statements(of: Template, prefix = ""): Statement[] {
  return ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::SNS::TopicPolicy"].flatMap((type) =>
    resources(of, type, prefix).flatMap(
      ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
    ),
  );
}

/** "action resource" of everything allowed, with resources by the beginning of their logical id. */
function allowed(prefix: string): string[] {
  return statements(template, prefix)
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${name(resource)}`)),
    )
    .sort();
}

/** { "Fn::GetAtt": ["FleetHosts0AB1", "Arn"] } → "Hosts"; joined with a path → "Hosts/index/unsent". */
function name(resource: Reference): string {
  if (typeof resource === "string") return resource;
  if ("Fn::Join" in resource) return resource["Fn::Join"][1].map(name).join("");
  const id = "Ref" in resource ? resource.Ref : resource["Fn::GetAtt"][0];
  return id.replace(/^Fleet/, "").replace(/[0-9A-F]{8}$/, "");
}

function each(actions: string, resource: string): string[] {
  return actions.split(" ").map((action) => `${action.includes(":") ? action : `dynamodb:${action}`} ${resource}`);
}

test.each([
  [
    "FleetScoreRole",
    [
      ...each("BatchGetItem PutItem DeleteItem", "Hosts"),
      ...each("BatchGetItem PutItem UpdateItem Query DeleteItem", "Baselines"),
      ...each("PutItem Query BatchGetItem DeleteItem", "History"),
      ...each("BatchGetItem Query UpdateItem DeleteItem", "Incidents"),
      ...each("BatchGetItem PutItem Query DeleteItem", "Alerting"),
      ...each("s3:PutObject", "Failures/rejected/*"),
      ...each("s3:PutObject", "Failures/aws/lambda/*"),
      ...each("s3:ListBucket", "Failures"),
      ...each("sns:Publish", "Alerts"),
      ...each("secretsmanager:GetSecretValue", "FeedbackKey"),
      ...each("kinesis:DescribeStream kinesis:DescribeStreamConsumer kinesis:DescribeStreamSummary", "Stream"),
      ...each("kinesis:GetRecords kinesis:GetShardIterator", "Stream"),
      ...each("kinesis:ListShards kinesis:ListStreams kinesis:SubscribeToShard", "Stream"),
      ...each("s3:PutObject", "Failures/unreadable/*"),
      ...each("logs:CreateLogStream logs:PutLogEvents", "ScoreLog"),
    ],
  ],
  [
    "FleetSweepRole",
    [
      ...each("BatchGetItem PutItem Scan DeleteItem", "Hosts"),
      ...each("BatchGetItem PutItem Query DeleteItem", "Baselines"),
      ...each("PutItem", "History"),
      ...each("Query", "Hosts/index/unsent"),
      ...each("BatchGetItem Query UpdateItem DeleteItem", "Incidents"),
      ...each("Query", "Incidents/index/byId"),
      ...each("BatchGetItem PutItem Query DeleteItem", "Alerting"),
      ...each("sns:Publish sns:ListSubscriptionsByTopic", "Alerts"),
      ...each("secretsmanager:GetSecretValue", "FeedbackKey"),
      ...each("s3:PutObject", "Failures/unreadable/*"),
      ...each("s3:PutObject", "Failures/aws/lambda/*"),
      ...each("s3:ListBucket", "Failures"),
      ...each("logs:CreateLogStream logs:PutLogEvents", "SweepLog"),
    ],
  ],
  [
    "FleetFeedbackRole",
    [
      ...each("BatchGetItem PutItem DeleteItem", "Hosts"),
      ...each("BatchGetItem Query UpdateItem DeleteItem", "Incidents"),
      ...each("Query", "Incidents/index/feed"),
      ...each("PutItem Query BatchGetItem DeleteItem", "Alerting"),
      ...each("secretsmanager:GetSecretValue", "FeedbackKey"),
      ...each("s3:PutObject", "Failures/unreadable/*"),
      ...each("logs:CreateLogStream logs:PutLogEvents", "FeedbackLog"),
    ],
  ],
  [
    "FleetRefitRole",
    [
      ...each("BatchGetItem PutItem Scan DeleteItem", "Hosts"),
      ...each("BatchGetItem PutItem UpdateItem Query DeleteItem", "Baselines"),
      ...each("Query BatchGetItem DeleteItem", "History"),
      ...each("Query BatchGetItem DeleteItem", "Incidents"),
      ...each("Query", "Incidents/index/feed"),
      ...each("BatchGetItem PutItem Query DeleteItem", "Alerting"),
      ...each("sns:Publish", "Alerts"),
      ...each("s3:PutObject", "Failures/unreadable/*"),
      ...each("s3:PutObject", "Failures/aws/lambda/*"),
      ...each("s3:ListBucket", "Failures"),
      ...each("logs:CreateLogStream logs:PutLogEvents", "RefitLog"),
    ],
  ],
  ["FleetSweepSchedulerRole", each("lambda:InvokeFunction", "Sweep")],
  ["FleetRefitSchedulerRole", each("lambda:InvokeFunction", "Refit")],
  ["Ingest", each("kinesis:DescribeStreamSummary kinesis:PutRecord kinesis:PutRecords", "Stream")],
])("%s may do this and nothing else", (role, expected) => {
  expect(allowed(role)).toEqual(expected.sort());
});

/** Object names in the failures bucket contain dates and other data. Policies name everything else in full. */
const WILDCARDS = ["Failures/aws/lambda/*", "Failures/rejected/*", "Failures/unreadable/*"];

test("no policy has a wildcard outside the list above", () => {
  const all = statements(template).filter(({ Effect }) => Effect === "Allow");
  const scopes = all.flatMap(({ Action, Resource }) => [...[Action].flat(), ...[Resource].flat().map(name)]);
  expect(scopes.length).toBeGreaterThan(30);
  expect([...new Set(scopes.filter((scope) => scope.includes("*")))].sort()).toEqual(WILDCARDS);
});

test("no role has a managed policy", () => {
  for (const [, { Properties }] of resources(template, "AWS::IAM::Role")) {
    expect(Properties).not.toHaveProperty("ManagedPolicyArns");
  }
});

test("functions write to the failures bucket only if this account owns it", () => {
  const writes = statements(template).filter(({ Action }) =>
    [Action].flat().some((action) => action.startsWith("s3:")),
  );
  expect(writes).toHaveLength(7);
  for (const { Condition } of writes) {
    expect(Condition).toEqual({ StringEquals: { "s3:ResourceAccount": { Ref: "AWS::AccountId" } } });
  }
});

test("schedulers assume their roles for this account only", () => {
  const roles = resources(template, "AWS::IAM::Role").filter(([id]) => id.includes("Scheduler"));
  expect(roles).toHaveLength(2);
  for (const [, { Properties }] of roles) {
    expect(Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: "scheduler.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
        },
      ],
    });
  }
});

describe("in a stack that has its own stream and key", () => {
  const stack = new Stack(new App({ context: { "aws:cdk:bundling-stacks": [] } }), "Theirs");
  const streamArn = "arn:aws:kinesis:eu-west-1:111122223333:stream/metrics";
  const encryptionKey = Key.fromKeyArn(stack, "StreamKey", "arn:aws:kms:eu-west-1:111122223333:key/1");
  const stream = Stream.fromStreamAttributes(stack, "Imported", { streamArn, encryptionKey });
  const opsKey = new Key(stack, "OpsKey");
  new Fleetwarden(stack, "Fleet", { stream, opsKey, feedback: "url" }).grantIngest(new User(stack, "Agent"));
  const theirs = Template.fromStack(stack);

  test("creates no stream, and grants ingest to the principal that the stack names", () => {
    theirs.resourceCountIs("AWS::Kinesis::Stream", 0);
    theirs.hasResourceProperties("AWS::Lambda::EventSourceMapping", { EventSourceArn: streamArn });
    expect(statements(theirs, "Agent")).toEqual([
      { Effect: "Allow", Action: "kms:GenerateDataKey", Resource: encryptionKey.keyArn },
      {
        Effect: "Allow",
        Action: ["kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStreamSummary"],
        Resource: streamArn,
      },
    ]);
  });

  test("lets alarms use the key of the ops topic", () => {
    const [[keyId] = [""]] = resources(theirs, "AWS::KMS::Key", "OpsKey");
    theirs.hasResourceProperties("AWS::SNS::Topic", { KmsMasterKeyId: { "Fn::GetAtt": [keyId, "Arn"] } });
    theirs.hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          }),
        ]),
      },
    });
  });
});

describe("cdk-nag with AwsSolutions and Serverless", () => {
  const check = (app: App) => {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    return app.synth();
  };

  test.each([
    [{}],
    [{ streamMode: "on-demand", emails: "ann@example.com", phones: "+15550100" }],
    [{ encryptStream: false }],
    [{ feedback: "none" }],
  ])("finds nothing with %j", (options) => {
    const { app } = createStack(options);
    expect(() => check(app)).not.toThrow();
  });

  test("finds a wildcard", () => {
    const { app, stack } = createStack();
    new User(stack, "Root").addToPolicy(new PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));
    expect(() => check(app)).toThrow("AwsSolutions-IAM5");
  });

  test("finds a function whose failed runs disappear", () => {
    const { app, stack } = createStack();
    const code = Code.fromInline("exports.handler = () => {};");
    const fn = new LambdaFunction(stack, "Extra", { code, handler: "index.handler", runtime: Runtime.NODEJS_24_X });
    fn.configureAsyncInvoke({ retryAttempts: 0 });
    expect(() => check(app)).toThrow("Serverless-LambdaAsyncFailureDestination");
  });
});
