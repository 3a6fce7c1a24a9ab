import { type FunctionName, TABLES, type TableName } from "./resources.ts";

/** A metric that AWS keeps of a resource, summed up over a time, or its largest value. */
export interface StackMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Sum" | "Maximum";
}

/** The names of a stack's resources. Each function that it has, with its log group if that is known. */
export interface StackNames {
  readonly tables: Readonly<Record<TableName, string>>;
  readonly stream: string;
  readonly topic: string;
  readonly functions: readonly { readonly of: FunctionName; readonly name: string; readonly logGroup?: string }[];
}

/**
 * The metric of a table, and of each of its indexes, which AWS counts apart:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html.
 */
export function tableMetrics(table: TableName, tableName: string, name: string): readonly StackMetric[] {
  const own = { namespace: "AWS/DynamoDB", name, dimensions: { TableName: tableName }, statistic: "Sum" } as const;
  const indexes: readonly { readonly name: string }[] = TABLES[table].indexes;
  const ofIndex = (index: string) => ({ ...own, dimensions: { ...own.dimensions, GlobalSecondaryIndexName: index } });
  return [own, ...indexes.map((index) => ofIndex(index.name))];
}

/** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */
export function streamMetric(stream: string, name: string): StackMetric {
  return { namespace: "AWS/Kinesis", name, dimensions: { StreamName: stream }, statistic: "Sum" };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function functionMetric(name: string, metric: string, statistic: StackMetric["statistic"] = "Sum"): StackMetric {
  return { namespace: "AWS/Lambda", name: metric, dimensions: { FunctionName: name }, statistic };
}
