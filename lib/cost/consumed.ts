import { TABLE_NAMES } from "../resources.ts";
import { functionMetric, type StackMetric, type StackNames, streamMetric, tableMetrics } from "../stack-metrics.ts";
import { PAYLOAD_UNIT_BYTES, type Quantity, type Usage } from "./usage.ts";

/** CloudWatch counts a quantity of the bill, or the bytes or milliseconds behind one. */
type Consumed = Quantity | "streamBytes" | `milliseconds.${StackNames["functions"][number]["of"]}`;

type ConsumedMetric = readonly [what: Consumed, metric: StackMetric];

/** The metrics from which `consumedUsage` makes a stack's usage. */
export function consumedMetrics({ tables, stream, topic, functions }: StackNames): readonly ConsumedMetric[] {
  const units = TABLE_NAMES.flatMap((table) => [
    ...tableMetrics(table, tables[table], "ConsumedReadCapacityUnits").map((one) => [`read.${table}`, one] as const),
    ...tableMetrics(table, tables[table], "ConsumedWriteCapacityUnits").map((one) => [`write.${table}`, one] as const),
  ]);
  const runs = functions.flatMap(({ of, name, logGroup }) => [
    [`runs.${of}`, functionMetric(name, "Invocations")] as const,
    [`milliseconds.${of}`, functionMetric(name, "Duration")] as const,
    ...(logGroup === undefined ? [] : [["logBytes", logMetric(logGroup)] as const]),
  ]);
  return [
    ...units,
    ["records", streamMetric(stream, "IncomingRecords")],
    ["streamBytes", streamMetric(stream, "IncomingBytes")],
    ...runs,
    ["publishes", { ...SNS, dimensions: { TopicName: topic } }],
  ];
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html */
const SNS = { namespace: "AWS/SNS", name: "NumberOfMessagesPublished", statistic: "Sum" } as const;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html */
function logMetric(logGroup: string): StackMetric {
  return { namespace: "AWS/Logs", name: "IncomingBytes", dimensions: { LogGroupName: logGroup }, statistic: "Sum" };
}

/**
 * The usage by the sums of these metrics. CloudWatch does not show payload units: there is one for each record, or more
 * if the bytes need more.
 */
export function consumedUsage(sums: readonly (readonly [Consumed, number])[]): Usage {
  const totals = new Map<Consumed, number>();
  for (const [what, amount] of sums) totals.set(what, (totals.get(what) ?? 0) + amount);
  const { streamBytes = 0, ...rest } = Object.fromEntries(totals);
  const quantities = Object.entries(rest).map(([what, amount]) =>
    what.startsWith("milliseconds.") ? [what.replace("milliseconds.", "seconds."), amount / 1_000] : [what, amount],
  );
  const payloadUnits = Math.max(totals.get("records") ?? 0, streamBytes / PAYLOAD_UNIT_BYTES);
  return { ...Object.fromEntries(quantities), payloadUnits };
}

/** Sentences about the parts of a stack's bill that CloudWatch does not show. */
export const NOT_CONSUMED =
  "CloudWatch shows no payload units, so each record counts as one unit of 25 KB, or as more if all bytes need more. " +
  "It shows neither requests to the bucket nor the functions that forward alerts: they are not in it.";
