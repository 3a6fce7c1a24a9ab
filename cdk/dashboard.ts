import { ArnFormat, Duration, Stack } from "aws-cdk-lib";
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { METRICS } from "../lib/resources.ts";
import { ownMetric, streamMetric } from "./metrics.ts";
import type { Parts } from "./parts.ts";

const FULL_WIDTH = 24;

/** One page about the health of Fleetwarden: alarms first, then the path of a record from the stream to an alert. */
export function addDashboard(parts: Parts, alarms: readonly Alarm[]): Dashboard {
  const { alertsTopic, feedback, forwards, refit, score, stream, sweep } = parts;
  const tables = Object.values(parts.tables);
  const functions = [score, sweep, refit, ...(feedback ? [feedback.fn] : []), ...Object.values(forwards)];
  return new Dashboard(parts, "Dashboard", {
    defaultInterval: Duration.days(1),
    widgets: [
      [new AlarmStatusWidget({ title: "Alarms", width: FULL_WIDTH, alarms: alarms.map(byName) })],
      row(
        graph("Records in", [
          streamMetric(stream, "IncomingRecords"),
          streamMetric(stream, "WriteProvisionedThroughputExceeded"),
        ]),
        graph("Iterator age", [score.metric("IteratorAge", { statistic: "Maximum" })]),
        logged("Scored", score, METRICS.score),
      ),
      row(
        graph(
          "Errors and throttles",
          functions.flatMap((fn) => [fn.metricErrors(), fn.metricThrottles()]),
        ),
        graph(
          "Duration, p99",
          functions.map((fn) => fn.metricDuration({ statistic: "p99" })),
        ),
        logged("Refits", refit, METRICS.refit),
      ),
      row(
        graph(
          "Read units",
          tables.map((table) => table.metricConsumedReadCapacityUnits()),
        ),
        graph(
          "Write units",
          tables.map((table) => table.metricConsumedWriteCapacityUnits()),
        ),
        graph("Alerts", [
          alertsTopic.metricNumberOfMessagesPublished(),
          alertsTopic.metricNumberOfNotificationsDelivered(),
          alertsTopic.metricNumberOfNotificationsFailed(),
        ]),
      ),
      row(
        graph(
          "Sample to message, seconds",
          ["p50", "p95"].map((statistic) => ownMetric(parts, METRICS.latency).with({ statistic, label: statistic })),
        ),
      ),
    ],
  });
}

// The CDK would take the ARN from an attribute, which emulators without alarms do not know.
function byName(alarm: Alarm): IAlarm {
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  const parts = { service: "cloudwatch", resource: "alarm", resourceName: alarm.alarmName, arnFormat };
  return Alarm.fromAlarmArn(alarm, "ByName", Stack.of(alarm).formatArn(parts));
}

/** Counts by the log of a function: metrics would cost the same for any fleet, and nobody needs an alarm on these. */
function logged(title: string, fn: LambdaFunction, names: readonly string[]): LogQueryWidget {
  const sums = names.map((name) => `sum(${name})`).join(", ");
  return new LogQueryWidget({
    title,
    logGroupNames: [fn.logGroup.logGroupName],
    view: LogQueryVisualizationType.LINE,
    queryLines: [`filter ispresent(${names[0]})`, `stats ${sums} by bin(5m)`],
    width: FULL_WIDTH / 3,
  });
}

function row(...widgets: IWidget[]): IWidget[] {
  return widgets;
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: FULL_WIDTH / 3 });
}
