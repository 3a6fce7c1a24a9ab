import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IDestination, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { LambdaSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { ENVIRONMENT, SERVICES, type Service } from "../lib/resources.ts";
import { createFunction } from "./functions.ts";
import { acknowledgeNoRedrive, forOthers } from "./topics.ts";

/** The ARN of the secret with the address or key of each service that gets alerts. */
export type ForwardSecrets = Readonly<Partial<Record<Service, string | undefined>>>;

/** The functions that post alerts, by service. */
export type Forwards = Readonly<Partial<Record<Service, LambdaFunction>>>;

/**
 * Lambda waits one minute, then two; after an hour an alert whose function could not even start is no longer useful.
 */
const RETRIES = { retryAttempts: 2, maxEventAge: Duration.hours(1) };

/**
 * A function for each service. So a service that fails does not hold up the others, and a retry posts nothing twice to
 * a service that took the alert. Alerts that fail for good go to `onFailure`.
 */
export function createForwards(
  scope: Construct,
  topic: Topic,
  secrets: ForwardSecrets,
  onFailure: IDestination,
): Forwards {
  const created = SERVICES.flatMap((service) => {
    const { [service]: arn } = secrets;
    return arn === undefined ? [] : [[service, createForward(scope, topic, service, arn, onFailure)]];
  });
  return Object.fromEntries(created);
}

function createForward(
  scope: Construct,
  topic: Topic,
  service: Service,
  arn: string,
  onFailure: IDestination,
): LambdaFunction {
  const environment = { [ENVIRONMENT.forwardService]: service, [ENVIRONMENT.forwardSecret]: arn };
  const id = `Forward${service.charAt(0).toUpperCase()}${service.slice(1)}`;
  const fn = createFunction(scope, "forward", environment, { config: undefined, id });
  fn.addToRolePolicy(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [arn] }));
  fn.configureAsyncInvoke({ ...RETRIES, onFailure });
  acknowledgeNoRedrive(topic.addSubscription(new LambdaSubscription(fn, forOthers())));
  return fn;
}
