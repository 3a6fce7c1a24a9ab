import { Duration, Stack } from "aws-cdk-lib";
import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import { METRICS } from "../lib/resources.ts";
import type { Tables } from "./tables.ts";

type MetricName = (typeof METRICS)["alarmed"][number][number] | (typeof METRICS)["latency"];

const PERIOD = Duration.minutes(5);

/** A metric that the functions of this stack report: a count where it is not 0, or a time where there is one. */
export function ownMetric(scope: IConstruct, metricName: MetricName): Metric {
  return new Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { [METRICS.dimension]: Stack.of(scope).stackName },
    statistic: "Sum",
    period: PERIOD,
  });
}

/** A count of the event source mapping, whose `EventCount` metrics are on. */
export function mappingMetric(
  mappingId: string,
  metricName: "DroppedEventCount" | "OnFailureDestinationDeliveredEventCount",
) {
  return new Metric({
    namespace: "AWS/Lambda",
    metricName,
    dimensionsMap: { EventSourceMappingUUID: mappingId },
    statistic: "Sum",
    period: PERIOD,
  });
}

export function streamMetric(stream: IStream, metricName: string): Metric {
  return stream.metric(metricName, { statistic: "Sum", period: PERIOD });
}

/** Runs of a schedule that Lambda gave up on, after their retries or because they could not begin in time. */
export function givenUp(fn: IFunction, period: Duration): Metric {
  return fn.metric("AsyncEventsDropped", { statistic: "Sum", period });
}

/** Requests that DynamoDB throttled. It publishes nothing for a table that it does not throttle. */
export function throttles(tables: Tables): MathExpression {
  const counts = Object.values(tables).flatMap((table) =>
    ["ReadThrottleEvents", "WriteThrottleEvents"].map((name) => table.metric(name)),
  );
  return new MathExpression({
    expression: "SUM(FILL(METRICS(), 0))",
    label: "throttled requests",
    usingMetrics: Object.fromEntries(counts.map((count, i) => [`m${i}`, count.with({ statistic: "Sum" })])),
    period: PERIOD,
  });
}

/** The share of a day's refits that the gate refused. */
export function refusedShare(scope: IConstruct): MathExpression {
  return new MathExpression({
    expression: "refused / (refused + promoted)",
    label: "refused refits",
    usingMetrics: {
      refused: ownMetric(scope, "BaselinesRefused"),
      promoted: ownMetric(scope, "BaselinesPromoted"),
    },
    period: Duration.days(1),
  });
}

/** Successful runs. Lambda publishes zero errors with every good run, so both series have the same gaps. */
export function successes(fn: IFunction, period: Duration): MathExpression {
  return new MathExpression({
    expression: "runs - errors",
    label: "successful runs",
    usingMetrics: {
      runs: fn.metricInvocations({ statistic: "Sum", period }),
      errors: fn.metricErrors({ statistic: "Sum", period }),
    },
    period,
  });
}
