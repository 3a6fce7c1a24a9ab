import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { type Capacity, type Provisioned, SCALE_MAX, TARGET, type TableCapacity } from "../lib/cost/capacity.ts";
import { TABLES, type TableName, type Table as TableSettings } from "../lib/resources.ts";

export type Tables = Readonly<Record<TableName, Table>>;

/**
 * The five tables; those that are not `provisioned` are on demand. `removalPolicy` applies to the precious ones; the
 * stack deletes the others with itself. A precious table that stays is also protected from a deletion by hand.
 */
export function createTables(scope: Construct, removalPolicy: RemovalPolicy, provisioned: Provisioned): Tables {
  const create = (id: string, name: TableName) =>
    createTable(scope, id, TABLES[name], removalPolicy, provisioned[name]);
  return {
    hosts: create("Hosts", "hosts"),
    baselines: create("Baselines", "baselines"),
    history: create("History", "history"),
    incidents: create("Incidents", "incidents"),
    alerting: create("Alerting", "alerting"),
  };
}

// Not TableV2: it becomes a global table, which emulators do not know.
function createTable(
  scope: Construct,
  id: string,
  settings: TableSettings,
  removalPolicy: RemovalPolicy,
  capacity: TableCapacity | undefined,
): Table {
  const table = new Table(scope, id, {
    ...keys(settings),
    billingMode: capacity ? BillingMode.PROVISIONED : BillingMode.PAY_PER_REQUEST,
    ...throughput(capacity),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: settings.precious },
    removalPolicy: settings.precious ? removalPolicy : RemovalPolicy.DESTROY,
    deletionProtection: settings.precious && removalPolicy !== RemovalPolicy.DESTROY,
    ...(settings.timeToLive ? { timeToLiveAttribute: settings.timeToLive } : {}),
  });
  for (const index of settings.indexes) {
    table.addGlobalSecondaryIndex({
      ...keys(index),
      indexName: index.name,
      projectionType: ProjectionType[index.projection],
      ...throughput(capacity?.indexes[index.name]),
    });
  }
  if (capacity) scale(table, capacity);
  if (!settings.precious) {
    Validations.of(table).acknowledge({
      id: "AwsSolutions-DDB3",
      reason: "Samples only, which expire; the fleet sends new ones, and baselines are backed up.",
    });
  }
  return table;
}

function throughput(capacity: Capacity | undefined) {
  return capacity ? { readCapacity: capacity.read, writeCapacity: capacity.write } : {};
}

/** Between what a calm fleet needs and a multiple. The few reads of an index need no scaling. */
function scale(table: Table, { read, write, indexes }: TableCapacity): void {
  const between = (capacity: number) => ({ minCapacity: capacity, maxCapacity: SCALE_MAX * capacity });
  const target = { targetUtilizationPercent: 100 * TARGET };
  table.autoScaleReadCapacity(between(read)).scaleOnUtilization(target);
  table.autoScaleWriteCapacity(between(write)).scaleOnUtilization(target);
  for (const [name, index] of Object.entries(indexes)) {
    table.autoScaleGlobalSecondaryIndexWriteCapacity(name, between(index.write)).scaleOnUtilization(target);
  }
}

function keys({ partitionKey, sortKey }: Pick<TableSettings, "partitionKey" | "sortKey">) {
  const attribute = (key: TableSettings["partitionKey"]) => ({
    name: key.name,
    type: key.type === "S" ? AttributeType.STRING : AttributeType.NUMBER,
  });
  return { partitionKey: attribute(partitionKey), ...(sortKey ? { sortKey: attribute(sortKey) } : {}) };
}
