import { decodeRecord } from "../../lib/wire/decode.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { START } from "../factories.ts";

/** When the records of these tests reach the stream. */
export const ARRIVAL = START + 60_000;

/** The result of one record: parts as plain data, so that a test can state it in one line. */
export function read(record: unknown, schemas = new Schemas(), key?: string) {
  const bytes =
    Buffer.isBuffer(record) || typeof record === "string" ? Buffer.from(record) : Buffer.from(JSON.stringify(record));
  const foreign = key === undefined ? undefined : { partitionKey: key };
  const { parts, problems, bytes: _, ...rest } = decodeRecord(bytes, ARRIVAL, schemas, foreign);
  return {
    ...rest,
    problems: problems.map(({ reason }) => reason),
    parts: parts.map(({ host, group, schema, times, values, bye }) => ({
      host,
      group,
      names: [...schema.names],
      times: [...times],
      values: [...values],
      ...(bye ? { bye } : {}),
    })),
  };
}
