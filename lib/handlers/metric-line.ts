import { METRICS } from "../resources.ts";

type MetricName = (typeof METRICS)["score" | "refit"][number];

/** Counts of one invocation. */
export type Counts = Readonly<Partial<Record<MetricName, number>>>;

export type Report = (counts: Counts) => void;

/**
 * A line in CloudWatch's embedded metric format. A function prints it; CloudWatch makes metrics of it without a call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLine(counts: Counts, stack: string, now: number): string {
  const metrics = Object.keys(counts).map((name) => ({ Name: name, Unit: "Count" }));
  const directive = { Namespace: METRICS.namespace, Dimensions: [[METRICS.dimension]], Metrics: metrics };
  return JSON.stringify({
    _aws: { Timestamp: now, CloudWatchMetrics: [directive] },
    [METRICS.dimension]: stack,
    ...counts,
  });
}
