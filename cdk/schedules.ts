import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IDestination, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule, ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { SCHEDULES } from "../lib/resources.ts";

type Scheduled = keyof typeof SCHEDULES;

/**
 * Invokes a function at its rate, the first time on deployment. Nothing repeats a failed run: the next one does what it
 * left. A repeated refit would find the period's work done and succeed, and its event would never go to `onFailure`.
 */
export function schedule(name: Scheduled, fn: LambdaFunction, onFailure: IDestination): void {
  const ageSeconds = SCHEDULES[name];
  const role = new Role(fn, "SchedulerRole", {
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(fn).account } },
    }),
  });
  // The CDK's target would also allow every version and alias of the function.
  role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [fn.functionArn] }));
  const rule = new CfnSchedule(fn, "Schedule", {
    description: `Fleetwarden ${name}`,
    scheduleExpression: ScheduleExpression.rate(Duration.seconds(SCHEDULES[name])).expressionString,
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: fn.functionArn,
      roleArn: role.roleArn,
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: ageSeconds },
    },
  });
  rule.node.addDependency(role); // its policy too: the first invocation comes at once
  // The scheduler hands events to the queue of Lambda, which has its own retries.
  fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(ageSeconds), onFailure });
}
