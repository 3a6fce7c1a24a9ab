import {
  DescribeTableCommand,
  DynamoDBClient,
  type ProvisionedThroughputDescription,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { DescribeStreamSummaryCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { clientConfig, type Environment } from "../clients.ts";
import type { Provisioned, TableCapacity } from "../cost/capacity.ts";
import { ENVIRONMENT, TABLE_NAMES, TABLES, type TableName } from "../resources.ts";
import type { StackMetric, StackNames } from "../stack-metrics.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../time.ts";
import type { Target } from "./target.ts";

/** "A single GetMetricData call can include up to 500 MetricDataQuery structures." A stack has about 40. */
const QUERIES_MAX = 500;
/** CloudWatch keeps values of five minutes for 63 days. */
export const KEPT_MS = 63 * DAY_MS;
const PERIOD_MS = 5 * MINUTE_MS;

interface Reading<Of> {
  readonly of: Of;
  readonly amount: number;
}

interface Readings<Of> {
  readonly readings: readonly Reading<Of>[];
  /** The time that the values cover, in milliseconds since the epoch: a young stack has none of the time before. */
  readonly from: number;
  readonly to: number;
}

/**
 * Sums of metrics over the last `within` milliseconds, or the largest value; 0 for a metric without data. The client is
 * loaded only here: few commands need it.
 */
export async function readMetrics<Of>(
  env: Environment,
  wanted: readonly (readonly [Of, StackMetric])[],
  within: number,
  now: number,
): Promise<Readings<Of>> {
  if (wanted.length > QUERIES_MAX) throw new Error(`${wanted.length} metrics instead of at most ${QUERIES_MAX}`);
  const { CloudWatchClient, paginateGetMetricData } = await import("@aws-sdk/client-cloudwatch");
  const to = Math.floor(now / PERIOD_MS) * PERIOD_MS;
  const client = new CloudWatchClient(clientConfig(env));
  const values = wanted.map((): number[] => []);
  let first = to;
  try {
    const MetricDataQueries = wanted.map(([, metric], i) => queryOf(metric, `m${i}`));
    const times = { StartTime: new Date(to - within), EndTime: new Date(to) };
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, { ...times, MetricDataQueries })) {
      for (const { Id = "", Values = [], Timestamps = [] } of MetricDataResults) {
        values[Number(Id.slice(1))]?.push(...Values);
        first = Math.min(first, ...Timestamps.map((time) => time.getTime()));
      }
    }
  } finally {
    client.destroy();
  }
  const readings = wanted.map(([of, { statistic }], i) => ({ of, amount: amountOf(values[i] ?? [], statistic) }));
  return { readings, from: Math.max(to - within, Math.floor(first / PERIOD_MS) * PERIOD_MS), to };
}

function queryOf({ namespace, name, dimensions, statistic }: StackMetric, id: string) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: name, Dimensions };
  return { Id: id, MetricStat: { Metric, Period: PERIOD_MS / SECOND_MS, Stat: statistic }, ReturnData: true };
}

function amountOf(values: readonly number[], statistic: StackMetric["statistic"]): number {
  return statistic === "Sum" ? values.reduce((sum, one) => sum + one, 0) : Math.max(0, ...values);
}

/** The names of a stack's resources, by its outputs. */
export function stackNames({ env, stream, functions, functionName }: Target): StackNames {
  const tables = TABLE_NAMES.map((table) => [table, env[ENVIRONMENT[table]] ?? ""]);
  return {
    tables: Object.fromEntries(tables) as Record<TableName, string>,
    stream,
    topic: env[ENVIRONMENT.alerts]?.split(":").at(-1) ?? "",
    functions: functions.map((of) => ({ of, name: functionName(of) })),
  };
}

/** The same with the log groups of the functions, which Lambda knows. */
export async function withLogGroups(env: Environment, names: StackNames): Promise<StackNames> {
  const client = new LambdaClient(clientConfig(env));
  try {
    const functions = await Promise.all(
      names.functions.map(async (one) => {
        const { LoggingConfig } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: one.name }));
        return { ...one, logGroup: LoggingConfig?.LogGroup ?? `/aws/lambda/${one.name}` };
      }),
    );
    return { ...names, functions };
  } finally {
    client.destroy();
  }
}

/**
 * Bytes of a stack's tables and their indexes, as DynamoDB last counted them, and those of the tables with backups.
 * Also the capacities that provisioned tables have now, absent without any, and the number of open shards.
 */
export async function readKept(env: Environment, { tables, stream }: StackNames) {
  const [dynamo, kinesis] = [new DynamoDBClient(clientConfig(env)), new KinesisClient(clientConfig(env))];
  try {
    const described = await Promise.all(
      TABLE_NAMES.map(async (name) => {
        const { Table = {} } = await dynamo.send(new DescribeTableCommand({ TableName: tables[name] }));
        return [name, Table] as const;
      }),
    );
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: stream }));
    const provisioned: Provisioned = Object.fromEntries(
      described.flatMap(([name, table]) => (isProvisioned(table) ? [[name, capacityOf(table)]] : [])),
    );
    return {
      storedBytes: described.reduce((sum, [, table]) => sum + bytesOf(table), 0),
      backedUpBytes: described
        .filter(([name]) => TABLES[name].precious)
        .reduce((sum, [, { TableSizeBytes = 0 }]) => sum + TableSizeBytes, 0),
      ...(Object.keys(provisioned).length > 0 ? { provisioned } : {}),
      shards: StreamDescriptionSummary?.OpenShardCount ?? 1,
    };
  } finally {
    dynamo.destroy();
    kinesis.destroy();
  }
}

function bytesOf({ TableSizeBytes = 0, GlobalSecondaryIndexes = [] }: TableDescription): number {
  return GlobalSecondaryIndexes.reduce((sum, { IndexSizeBytes = 0 }) => sum + IndexSizeBytes, TableSizeBytes);
}

/** A table on demand has no units. */
function isProvisioned({ ProvisionedThroughput }: TableDescription): boolean {
  return (ProvisionedThroughput?.WriteCapacityUnits ?? 0) > 0;
}

function capacityOf({ ProvisionedThroughput, GlobalSecondaryIndexes = [] }: TableDescription): TableCapacity {
  const indexes = GlobalSecondaryIndexes.map((index) => [index.IndexName, unitsOf(index.ProvisionedThroughput)]);
  return { ...unitsOf(ProvisionedThroughput), indexes: Object.fromEntries(indexes) };
}

function unitsOf({
  ReadCapacityUnits: read = 0,
  WriteCapacityUnits: write = 0,
}: ProvisionedThroughputDescription = {}) {
  return { read, write };
}
