import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { backoffMs, type Random, type Sleep } from "../backoff.ts";
import type { TableName } from "../resources.ts";
import { type Condition, type Item, type ItemTable, keyNames, type Query } from "./item-table.ts";

/** Keys in one request (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html). */
const BATCH_GET_MAX = 100;

/** A read fails after this many requests in a row without an item; with the pauses, after at most 12 seconds. */
const FRUITLESS_MAX = 8;

const RETRY = { baseMs: 50, capMs: 5_000 };

interface Backoff {
  readonly random: Random;
  readonly sleep: Sleep;
}

/** A table in DynamoDB. Throws every error of DynamoDB, except for a condition that does not hold. */
export class DynamoTable implements ItemTable {
  readonly #client: DynamoDBClient;
  readonly #name: TableName;
  readonly #tableName: string;
  readonly #backoff: Backoff;

  /** `name` is the table's role, `tableName` its name in the account. */
  constructor(client: DynamoDBClient, name: TableName, tableName: string, backoff: Backoff) {
    this.#client = client;
    this.#name = name;
    this.#tableName = tableName;
    this.#backoff = backoff;
  }

  async get(keys: readonly Item[], { consistent }: { readonly consistent: boolean }): Promise<readonly Item[]> {
    // DynamoDB rejects a request that names a key twice.
    const distinct = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
    const batches: Promise<Item[]>[] = [];
    for (let i = 0; i < distinct.length; i += BATCH_GET_MAX) {
      batches.push(this.#getBatch(distinct.slice(i, i + BATCH_GET_MAX), consistent));
    }
    return (await Promise.all(batches)).flat();
  }

  put(item: Item, condition?: Condition): Promise<boolean> {
    const command = new PutItemCommand({ TableName: this.#tableName, Item: item, ...(condition && guard(condition)) });
    return whetherDone(this.#client.send(command));
  }

  update(key: Item, attributes: Item, condition: Condition): Promise<boolean> {
    const names = Object.keys(attributes);
    const guarded = guard(condition);
    const command = new UpdateItemCommand({
      ...guarded,
      TableName: this.#tableName,
      Key: key,
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
      ExpressionAttributeNames: {
        ...guarded.ExpressionAttributeNames,
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: {
        ...guarded.ExpressionAttributeValues,
        ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value])),
      },
    });
    return whetherDone(this.#client.send(command));
  }

  delete(key: Item, condition?: Condition): Promise<boolean> {
    const command = new DeleteItemCommand({ TableName: this.#tableName, Key: key, ...(condition && guard(condition)) });
    return whetherDone(this.#client.send(command));
  }

  async *query({
    index,
    partition,
    between,
    descending = false,
    limit,
    consistent = false,
  }: Query): AsyncIterable<Item> {
    if (limit === 0) return;
    const { partition: hash, sort } = keyNames(this.#name, index);
    const input = {
      TableName: this.#tableName,
      IndexName: index,
      KeyConditionExpression: between ? "#hash = :hash AND #sort BETWEEN :from AND :to" : "#hash = :hash",
      ExpressionAttributeNames: { "#hash": hash, ...(between && sort ? { "#sort": sort } : {}) },
      ExpressionAttributeValues: {
        ":hash": keyValue(partition),
        ...(between ? { ":from": keyValue(between[0]), ":to": keyValue(between[1]) } : {}),
      },
      ScanIndexForward: !descending,
      ConsistentRead: consistent,
    };
    const paging = { client: this.#client, ...(limit === undefined ? {} : { pageSize: limit }) };
    let count = 0;
    for await (const page of paginateQuery(paging, input)) {
      for (const item of page.Items ?? []) {
        yield item;
        if (++count === limit) return;
      }
    }
  }

  async *scan(): AsyncIterable<Item> {
    for await (const page of paginateScan({ client: this.#client }, { TableName: this.#tableName })) {
      yield* page.Items ?? [];
    }
  }

  async #getBatch(keys: readonly Item[], consistent: boolean): Promise<Item[]> {
    const items: Item[] = [];
    let pending = [...keys];
    for (let fruitless = 0; pending.length > 0; ) {
      const command = new BatchGetItemCommand({
        RequestItems: { [this.#tableName]: { Keys: pending, ConsistentRead: consistent } },
      });
      const { Responses, UnprocessedKeys } = await this.#client.send(command);
      items.push(...(Responses?.[this.#tableName] ?? []));
      const left = UnprocessedKeys?.[this.#tableName]?.Keys ?? [];
      fruitless = left.length < pending.length ? 0 : fruitless + 1;
      pending = left;
      if (fruitless === FRUITLESS_MAX) {
        throw new Error(
          `table ${this.#tableName}: ${pending.length} of ${keys.length} keys unprocessed after ${fruitless} attempts: ` +
            "reads are throttled; try again later",
        );
      }
      if (pending.length > 0) {
        const { sleep, random } = this.#backoff;
        await sleep(backoffMs(fruitless + 1, random, RETRY));
      }
    }
    return items;
  }
}

/** A condition as the parameters of a write. */
function guard(condition: Condition) {
  return {
    ConditionExpression: testOf(condition),
    ExpressionAttributeNames: { [`#${condition.attribute}`]: condition.attribute },
    ExpressionAttributeValues: "value" in condition ? { ":bound": keyValue(condition.value) } : undefined,
  };
}

function testOf({ attribute, is }: Condition): string {
  switch (is) {
    case "absent":
      return `attribute_not_exists(#${attribute})`;
    case "equal":
      return `#${attribute} = :bound`;
    case "absent or at most":
      return `attribute_not_exists(#${attribute}) OR #${attribute} <= :bound`;
  }
}

function keyValue(key: string | number): AttributeValue {
  return typeof key === "string" ? { S: key } : { N: String(key) };
}

async function whetherDone(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
