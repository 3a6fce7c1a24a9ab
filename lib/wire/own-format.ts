import { isObject } from "../json.ts";
import { isTime, parseTime, TIME_RULE } from "./date.ts";
import { readAttributes } from "./host-attributes.ts";
import { SAMPLES_MAX, VALUE_MAX } from "./limits.ts";
import { isName, NAME_RULE, shown } from "./name.ts";
import { DEFAULT_GROUP, type HostSamples, inTimeOrder, type OddValues, sumOfOdd } from "./samples.ts";
import { isIdOf, problemOfNames, SCHEMA_ID, type Schemas, schemaId } from "./schemas.ts";
import { timeIn } from "./senders/fields.ts";
import { unitsIn } from "./unit-text.ts";

/** The content of one document in a format of our own: samples of one host. */
export type Read = { readonly part?: HostSamples } | { readonly problem: string; readonly unknownSchema?: string };

/** `{"v":1,"host","group","schema","names","t":[…],"rows":[[…]]}`: many samples of one host. */
export function readV1(record: Record<string, unknown>, schemas: Schemas): Read {
  if (record.v !== 1) return { problem: `record version ${shown(record.v)}: this scorer reads version 1` };
  const problem = problemOfHost(record) ?? problemOfNamesAndSchema(record) ?? problemOfRows(record);
  if (problem) return { problem };
  const { host, group, names, schema: id, t, rows } = record as unknown as RecordV1;
  const schema = names ? schemas.of(names, id) : schemas.get(id ?? "");
  if (!schema) return { problem: `schema ${id}: names not seen; ${SEND_NAMES}`, unknownSchema: id ?? "" };
  if ("problem" in schema) return schema;
  const width = schema.names.length;
  const values = new Float64Array(t.length * width);
  let odd: OddValues | undefined;
  for (const [i, row] of rows.entries()) {
    if (row.length !== width) return { problem: `row ${i}: ${row.length} values for ${width} names` };
    odd = sumOfOdd(odd, readRow(row, schema.names, values, i * width));
  }
  const times = t.map(Math.round);
  if (times.length === 0) return {};
  const declared = schemas.declaring(schema, unitsIn(record.units, schema.names));
  const part = inTimeOrder({ host, group: group ?? DEFAULT_GROUP, schema: declared, times, values });
  return { part: withRareFields(part, record, odd) };
}

const SEND_NAMES = "restart the sender, or send names with its next record";

interface RecordV1 {
  readonly host: string;
  readonly group?: string;
  readonly names?: readonly string[];
  readonly schema?: string;
  readonly t: readonly number[];
  readonly rows: readonly (readonly unknown[])[];
}

function problemOfNamesAndSchema({ names, schema }: Record<string, unknown>): string | undefined {
  if (names === undefined && schema === undefined) return "neither names nor schema: send names at least once";
  if (names === undefined)
    return typeof schema === "string" && SCHEMA_ID.test(schema)
      ? undefined
      : `schema ${shown(schema)}: an id has 16 hexadecimal digits`;
  if (!Array.isArray(names)) return "names: send a list of texts";
  const problem = problemOfNames(names);
  if (problem) return problem;
  if (schema === undefined || isIdOf(schema, names)) return undefined;
  return `schema ${shown(schema)}: these names have the id ${schemaId(names)}`;
}

function problemOfRows({ t, rows }: Record<string, unknown>): string | undefined {
  if (!Array.isArray(t) || !Array.isArray(rows)) return "t and rows: send two lists of equal length";
  if (t.length !== rows.length) return `${t.length} times for ${rows.length} rows: send one time per row`;
  if (t.length > SAMPLES_MAX) return `${t.length} samples: send at most ${SAMPLES_MAX} in one record`;
  const badTime = t.findIndex((time) => typeof time !== "number" || !isTime(time));
  if (badTime >= 0) return `t[${badTime}]: ${shown(t[badTime])} is no time in milliseconds since 1970`;
  const badRow = rows.findIndex((row) => !Array.isArray(row));
  return badRow >= 0 ? `row ${badRow} is no list` : undefined;
}

interface PlainSample {
  readonly host: string;
  readonly group?: string;
}

/** `{"host","time","metrics":{name:number}}`: one sample. */
export function readPlain(sample: Record<string, unknown>, arrival: number, schemas: Schemas): Read {
  const { metrics } = sample;
  const time = timeIn(sample);
  const problem = problemOfHost(sample);
  if (problem) return { problem };
  if (!isObject(metrics)) return { problem: 'no metrics: send {"host":…,"time":…,"metrics":{name:number}}' };
  const at = time === undefined ? arrival : parseTime(time);
  if (Number.isNaN(at)) return { problem: `time ${shown(time)}: ${TIME_RULE}` };
  const schema = schemas.ofMetrics(metrics);
  if ("problem" in schema) return schema;
  const row = schema.names.map((name) => metrics[name]);
  const values = new Float64Array(row.length);
  const odd = readRow(row, schema.names, values, 0);
  const { host, group = DEFAULT_GROUP } = sample as unknown as PlainSample;
  const declared = schemas.declaring(schema, unitsIn(sample.units, schema.names));
  const part = { host, group, schema: declared, times: [at], values };
  return { part: withRareFields(part, sample, odd) };
}

/** Adds the fields that few records have. */
function withRareFields(
  part: HostSamples,
  { bye, attributes: sent }: Record<string, unknown>,
  oddValues: OddValues | undefined,
): HostSamples {
  const { attributes, odd: oddAttributes } = readAttributes(sent);
  const odd = sumOfOdd(oddValues, oddAttributes);
  return {
    ...part,
    ...(bye === true ? { bye } : {}),
    ...(odd ? { odd } : {}),
    ...(attributes ? { attributes } : {}),
  };
}

/** Copies a row to `out` at `offset`, and returns the values that are neither a finite number nor null. */
function readRow(
  row: readonly unknown[],
  names: readonly string[],
  out: Float64Array,
  offset: number,
): OddValues | undefined {
  let odd: OddValues | undefined;
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    const isMeasurement = typeof value === "number" && Math.abs(value) <= VALUE_MAX;
    out[offset + i] = isMeasurement ? value : Number.NaN;
    if (!isMeasurement && value !== null)
      odd = odd ? { ...odd, count: odd.count + 1 } : { count: 1, first: `${names[i]} is ${shown(value)}` };
  }
  return odd;
}

function problemOfHost({ host, group }: Record<string, unknown>): string | undefined {
  if (!isName(host)) return `host ${shown(host)}: ${NAME_RULE}`;
  return group === undefined || isName(group) ? undefined : `group ${shown(group)}: ${NAME_RULE}`;
}
