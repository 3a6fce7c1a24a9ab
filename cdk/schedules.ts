import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IDestination, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule, ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { SCHEDULES } from "../lib/resources.ts";

type Scheduled = keyof typeof SCHEDULES;

/** The next sweep comes a minute later, so a failed one needs no retry. A failed refit would be missed for a day. */
const RETRIES: Readonly<Record<Scheduled, { readonly attempts: number; readonly ageSeconds: number }>> = {
  sweep: { attempts: 0, ageSeconds: 60 },
  refit: { attempts: 2, ageSeconds: 2 * 3600 },
};

/** Invokes a function at its rate, the first time on deployment. Events of failed runs go to `onFailure`. */
export function schedule(name: Scheduled, fn: LambdaFunction, onFailure: IDestination): void {
  const { attempts, ageSeconds } = RETRIES[name];
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
      retryPolicy: { maximumRetryAttempts: attempts, maximumEventAgeInSeconds: ageSeconds },
    },
  });
  rule.node.addDependency(role); // its policy too: the first invocation comes at once
  // The scheduler hands events to the queue of Lambda, which has its own retries.
  fn.configureAsyncInvoke({ retryAttempts: attempts, maxEventAge: Duration.seconds(ageSeconds), onFailure });
}
