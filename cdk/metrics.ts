import { Duration, Stack } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import { METRICS } from "../lib/resources.ts";

type MetricName = (typeof METRICS)["alarmed"][number] | (typeof METRICS)["latency"];

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

export function streamMetric(stream: IStream, metricName: string): Metric {
  return stream.metric(metricName, { statistic: "Sum", period: PERIOD });
}

/**
 * The errors of a function's runs: 1 for one that failed, 0 for one that succeeded. So their average is the failed
 * share, and their minimum is 0 if any run succeeded.
 */
export function errors(fn: IFunction, statistic: "Average" | "Minimum", period: Duration): Metric {
  return fn.metricErrors({ statistic, period });
}
