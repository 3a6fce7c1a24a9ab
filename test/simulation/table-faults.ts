import type { BatchGetItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { TableName } from "../../lib/resources.ts";
import { DynamoTable } from "../../lib/store/dynamo-table.ts";
import { itemSize } from "../../lib/store/item-size.ts";
import type { Item, ItemTable } from "../../lib/store/item-table.ts";
import type { MemoryTable } from "../../lib/store/memory-table.ts";
import { happened } from "./faults.ts";
import type { Surroundings } from "./process.ts";
import { between, type Random } from "./random.ts";
import { Replica } from "./replica.ts";

/** An item holds no more (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html). */
const ITEM_BYTES_MAX = 400 * 1024;
/** From here on an item is near the limit. */
const LARGE_BYTES = 300 * 1024;

type Weather = Pick<Surroundings, "weather" | "time" | "tally" | "random">;

/** The table as DynamoDB has it: reads that miss the latest writes, a limit of sizes, and items that expire. */
export function faulty(name: TableName, table: MemoryTable, { weather, time, tally, random }: Weather): ItemTable {
  const replica = new Replica(name, table, between(random, 200, 3_000), () => time.now);
  const isStale = () => {
    if (!weather.strikes("eventual reads", time.now)) return false;
    happened(tally, "eventual reads");
    return true;
  };
  const check = (item: Item) => {
    const size = itemSize(item);
    if (size > ITEM_BYTES_MAX) throw new Error(`an item of ${size} bytes in ${name}`);
    if (size > LARGE_BYTES) happened(tally, "large items");
  };
  const dynamo = new DynamoTable(scantClient(name, table, random), name, name, {
    random,
    sleep: (ms) => time.sleep(ms),
  });
  return {
    async get(keys, options) {
      if (!options.consistent && isStale()) return (await replica.read()).get(keys);
      if (keys.length === 0 || !weather.strikes("unprocessed keys", time.now)) return table.get(keys);
      happened(tally, "unprocessed keys");
      return dynamo.get(keys, options);
    },
    async put(item, condition) {
      check(item);
      return replica.noted(await table.put(item, condition), item);
    },
    async update(key, attributes, condition) {
      const done = await table.update(key, attributes, condition);
      const [item = key] = await table.get([key]);
      check(item);
      return replica.noted(done, item);
    },
    async delete(key, condition) {
      return replica.noted(await table.delete(key, condition), key, "deleted");
    },
    async *query(query) {
      yield* !query.consistent && isStale() ? (await replica.read()).query(query) : table.query(query);
    },
    async *scan() {
      yield* isStale() ? (await replica.read()).scan() : table.scan();
    },
  };
}

/** A client whose every answer to a read leaves keys unprocessed, as of a table that is throttled. */
function scantClient(name: TableName, table: MemoryTable, random: Random): DynamoDBClient {
  const answer = async ({ input }: BatchGetItemCommand) => {
    const { Keys = [] } = input.RequestItems?.[name] ?? {};
    const done = Keys.slice(0, between(random, 0, Keys.length));
    const left = Keys.slice(done.length);
    return {
      Responses: { [name]: await table.get(done) },
      UnprocessedKeys: left.length > 0 ? { [name]: { Keys: left } } : {},
    };
  };
  // A read uses nothing else of its client.
  return { send: answer } as unknown as DynamoDBClient;
}
