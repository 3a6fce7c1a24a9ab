import { decodeRecord } from "../../../lib/wire/decode.ts";
import { DEFAULT_GROUP } from "../../../lib/wire/samples.ts";
import { Schemas } from "../../../lib/wire/schemas.ts";
import { ARRIVAL } from "../reading.ts";

/** A partition key without information about its sender. */
export const RANDOM_KEY = "3f0c2b7e-9a4d-4c1b-8e55-0d6a7b1c9f20";

export interface Sample {
  readonly host: string;
  readonly time: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly counters?: readonly string[];
  /** Absent for the default. */
  readonly group?: string;
}

export function bytesOf(record: unknown): Buffer {
  if (Buffer.isBuffer(record)) return record;
  return Buffer.from(typeof record === "string" ? record : JSON.stringify(record));
}

/** One record as the scorer reads it: a list of samples, by host and time. */
export function readSamples(record: unknown, key = RANDOM_KEY) {
  const { parts, problems, replaced } = decodeRecord(bytesOf(record), ARRIVAL, new Schemas(), { partitionKey: key });
  const samples = parts.flatMap(({ host, group, schema, times, values, counters }) =>
    times.map((time, row): Sample => {
      const width = schema.names.length;
      const metrics = Object.fromEntries(schema.names.map((name, i) => [name, values[row * width + i]!]));
      const rest = { ...(counters ? { counters } : {}), ...(group === DEFAULT_GROUP ? {} : { group }) };
      return { host, time, metrics, ...rest };
    }),
  );
  const order = (a: Sample, b: Sample) => (a.host === b.host ? a.time - b.time : a.host < b.host ? -1 : 1);
  return { samples: samples.sort(order), problems: problems.map(({ reason }) => reason), replaced };
}
