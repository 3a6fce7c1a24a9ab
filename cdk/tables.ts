import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { TABLES, type TableName, type Table as TableSettings } from "../lib/resources.ts";

export type Tables = Readonly<Record<TableName, Table>>;

/**
 * The five tables. `removalPolicy` applies to the precious ones; the stack deletes the others with itself. A precious
 * table that stays is also protected from a deletion by hand.
 */
export function createTables(scope: Construct, removalPolicy: RemovalPolicy): Tables {
  const create = (id: string, settings: TableSettings) => createTable(scope, id, settings, removalPolicy);
  return {
    hosts: create("Hosts", TABLES.hosts),
    baselines: create("Baselines", TABLES.baselines),
    history: create("History", TABLES.history),
    incidents: create("Incidents", TABLES.incidents),
    alerting: create("Alerting", TABLES.alerting),
  };
}

// Not TableV2: it becomes a global table, which emulators do not know.
function createTable(scope: Construct, id: string, settings: TableSettings, removalPolicy: RemovalPolicy): Table {
  const table = new Table(scope, id, {
    ...keys(settings),
    billingMode: BillingMode.PAY_PER_REQUEST,
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
    });
  }
  if (!settings.precious) {
    Validations.of(table).acknowledge({
      id: "AwsSolutions-DDB3",
      reason: "Samples only, which expire; the fleet sends new ones, and baselines are backed up.",
    });
  }
  return table;
}

function keys({ partitionKey, sortKey }: Pick<TableSettings, "partitionKey" | "sortKey">) {
  const attribute = (key: TableSettings["partitionKey"]) => ({
    name: key.name,
    type: key.type === "S" ? AttributeType.STRING : AttributeType.NUMBER,
  });
  return { partitionKey: attribute(partitionKey), ...(sortKey ? { sortKey: attribute(sortKey) } : {}) };
}
