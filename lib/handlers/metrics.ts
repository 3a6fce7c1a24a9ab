/** Counts of one invocation, by metric name. */
export type Counts = Readonly<Record<string, number>>;

export type Report = (counts: Counts) => void;

export const METRICS_NAMESPACE = "Fleetwarden";

/**
 * A line in CloudWatch's embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html):
 * printed by a function, it becomes metrics without a call.
 */
export function metricLine(counts: Counts, stack: string, now: number): string {
  const metrics = Object.keys(counts).map((name) => ({ Name: name, Unit: "Count" }));
  const directive = { Namespace: METRICS_NAMESPACE, Dimensions: [["Stack"]], Metrics: metrics };
  return JSON.stringify({ _aws: { Timestamp: now, CloudWatchMetrics: [directive] }, Stack: stack, ...counts });
}
