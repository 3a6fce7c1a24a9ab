import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { FunctionName, TABLES, TableName } from "../lib/resources.ts";
import type { Tables } from "./tables.ts";

type IndexName<T extends TableName> = (typeof TABLES)[T]["indexes"][number]["name"];

interface Access<T extends TableName> {
  /** DynamoDB actions on the table itself. */
  readonly actions?: readonly string[];
  /** Indexes that are queried. */
  readonly queries?: readonly IndexName<T>[];
}

type TableAccess = { readonly [T in TableName]?: Access<T> };

/** The access of each function to each table. */
const TABLE_ACCESS: Readonly<Record<Exclude<FunctionName, "forward">, TableAccess>> = {
  score: {
    hosts: { actions: ["BatchGetItem", "PutItem"] },
    baselines: { actions: ["BatchGetItem", "PutItem", "UpdateItem", "Query"] },
    history: { actions: ["PutItem", "Query"] },
    incidents: { actions: ["BatchGetItem", "Query", "UpdateItem"] },
    alerting: { actions: ["BatchGetItem", "PutItem", "Query"] },
  },
  sweep: {
    hosts: { actions: ["BatchGetItem", "PutItem", "Scan"], queries: ["unsent"] },
    baselines: { actions: ["BatchGetItem", "PutItem", "Query"] },
    history: { actions: ["PutItem"] },
    incidents: { actions: ["BatchGetItem", "Query", "UpdateItem"], queries: ["byId"] },
    alerting: { actions: ["BatchGetItem", "PutItem", "Query"] },
  },
  refit: {
    // It writes a host only in place of one that it cannot read.
    hosts: { actions: ["BatchGetItem", "PutItem", "Scan"] },
    baselines: { actions: ["BatchGetItem", "PutItem", "UpdateItem", "Query"] },
    history: { actions: ["Query"] },
    incidents: { actions: ["Query"], queries: ["feed"] },
    alerting: { actions: ["BatchGetItem", "PutItem", "Query"] },
  },
  feedback: {
    hosts: { actions: ["BatchGetItem", "PutItem"] },
    incidents: { actions: ["BatchGetItem", "Query", "UpdateItem"], queries: ["feed"] },
    alerting: { actions: ["PutItem", "Query"] },
  },
};

/** Grants a function the access that its code needs, index by index: the grants of the CDK would add `index/*`. */
export function grantTables(name: keyof typeof TABLE_ACCESS, fn: IFunction, tables: Tables): void {
  const access = TABLE_ACCESS[name];
  for (const [table, { actions = [], queries = [] }] of [
    [tables.hosts, access.hosts ?? {}],
    [tables.baselines, access.baselines ?? {}],
    [tables.history, access.history ?? {}],
    [tables.incidents, access.incidents ?? {}],
    [tables.alerting, access.alerting ?? {}],
  ] as const) {
    allow(fn, withSettingAside(actions), [table.tableArn]);
    allow(
      fn,
      queries.length > 0 ? ["Query"] : [],
      queries.map((index) => `${table.tableArn}/index/${index}`),
    );
  }
}

/**
 * A function that reads items may set aside one that it cannot read: it reads that one again, and deletes it. In place
 * of a host it puts a new state, with the open incident for which it queries the host's incidents.
 */
function withSettingAside(actions: readonly string[]): readonly string[] {
  const reads = actions.some((action) => ["BatchGetItem", "Query", "Scan"].includes(action));
  return reads ? [...new Set([...actions, "BatchGetItem", "DeleteItem"])] : actions;
}

function allow(fn: IFunction, actions: readonly string[], resources: readonly string[]): void {
  if (actions.length === 0) return;
  fn.addToRolePolicy(
    new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [...resources] }),
  );
}
