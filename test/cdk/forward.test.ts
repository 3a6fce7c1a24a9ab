import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { createStack, output as outputOf, resources, synthesize } from "./synth.ts";

const arnOf = (service: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:fleetwarden/${service}-a1B2c3`;
const NAMES = { slack: "Slack", teams: "Teams", pagerduty: "Pagerduty", opsgenie: "Opsgenie" };
const secrets = Object.fromEntries(Object.keys(NAMES).map((service) => [service, arnOf(service)]));

const template = synthesize(secrets);
const failures = outputOf(template, "FailuresBucket");

/** Id and properties of the one resource of a type whose id begins like that. */
function only(type: string, prefix: string) {
  const found = resources(template, type, prefix);
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** The function of a service and not what belongs to it. */
const functionOf = (name: string) => {
  const found = resources(template, "AWS::Lambda::Function", `FleetForward${name}`);
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe.each(Object.entries(NAMES))("the function of %s", (service, name) => {
  const [id, fn] = functionOf(name);

  test("knows its service and its secret, and nothing of the stack", () => {
    expect(fn.Properties.Environment).toEqual({
      Variables: { FORWARD_SERVICE: service, FORWARD_SECRET_ARN: arnOf(service) },
    });
  });

  test("gets all messages but those for phones only", () => {
    const [, subscription] = only("AWS::SNS::Subscription", `FleetForward${name}`);
    expect(subscription.Properties).toMatchObject({
      Protocol: "lambda",
      TopicArn: outputOf(template, "AlertsTopicArn"),
      Endpoint: { "Fn::GetAtt": [id, "Arn"] },
      FilterPolicy: { kind: [{ "anything-but": ["texts-held"] }] },
    });
    const [, permission] = only("AWS::Lambda::Permission", `FleetForward${name}`);
    expect(permission.Properties).toEqual({
      Action: "lambda:InvokeFunction",
      FunctionName: { "Fn::GetAtt": [id, "Arn"] },
      Principal: "sns.amazonaws.com",
      SourceArn: outputOf(template, "AlertsTopicArn"),
    });
  });

  test("is tried three times within an hour; then the alert is in the failures bucket", () => {
    const [, config] = only("AWS::Lambda::EventInvokeConfig", `FleetForward${name}`);
    expect(config.Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3_600,
      DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": [failures.Ref, "Arn"] } } },
    });
  });

  test("may read its secret, write to its log and leave failed alerts, and nothing else", () => {
    const policies = resources(template, "AWS::IAM::Policy", `FleetForward${name}Role`);
    const statements = policies.flatMap(
      ([, { Properties }]) =>
        (Properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] }).Statement,
    );
    const bucket = { "Fn::GetAtt": [failures.Ref, "Arn"] };
    const [log] = only("AWS::Logs::LogGroup", `FleetForward${name}Log`);
    expect(statements.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [["logs:CreateLogStream", "logs:PutLogEvents"], { "Fn::GetAtt": [log, "Arn"] }],
      ["secretsmanager:GetSecretValue", arnOf(service)],
      ["s3:PutObject", { "Fn::Join": ["", [bucket, "/aws/lambda/*"]] }],
      ["s3:ListBucket", bucket],
    ]);
  });
});

test("cdk-nag finds nothing", () => {
  const { app } = createStack(secrets);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  expect(() => app.synth()).not.toThrow();
});

test("a service that is not named gets nothing and costs nothing", () => {
  const one = synthesize({ teams: arnOf("teams") });
  expect(resources(one, "AWS::Lambda::Function", "FleetForward").map(([id]) => id)).toEqual([
    expect.stringMatching(/^FleetForwardTeams/),
  ]);
  const none = JSON.stringify(synthesize().toJSON());
  expect(none).not.toMatch(/Forward(Slack|Teams|Pagerduty|Opsgenie)|FORWARD_/);
});
