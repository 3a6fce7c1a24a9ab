import { gunzipSync } from "node:zlib";
import { isSpace, OPENING_BRACE, OPENING_BRACKET } from "./ascii.ts";
import { INFLATED_BYTES_MAX, RECORD_BYTES_MAX, SAMPLES_MAX, VALUE_MAX } from "./limits.ts";
import { spareRow, takeRow } from "./room.ts";
import { DEFAULT_GROUP, type HostSamples, inTimeOrder } from "./samples.ts";
import { problemOfNames, SCHEMA_ID, type Schemas, schemaId } from "./schemas.ts";
import { isName, NAME_RULE, shown } from "./text.ts";
import { isTime, parseTime } from "./time.ts";

/** What a record held. A record may be good in part: every sample that can be read is in `parts`. */
export interface Decoded {
  readonly parts: readonly HostSamples[];
  /** Why the rest can never be read: one of a record as a whole, or one of each such sample of many; empty for a good record. */
  readonly problems: readonly Problem[];
  /** Values that were no finite number and were taken as missing. */
  readonly replaced: number;
  /** The id of a schema whose names this process has not seen: look them up, add them to the schemas, decode again. */
  readonly unknownSchema?: string;
}

export interface Problem {
  readonly reason: string;
  /** The host that the record or sample names, where as much of it can be read. */
  readonly host?: string;
}

/**
 * Reads one stream record: record v1 or plain JSON (object, array, NDJSON), gzipped or not, told apart by the first
 * bytes (docs/wire-format.md). Total: malformed input is reported, never thrown. `arrival` (ms) stands in for the time
 * of plain samples that have none.
 */
export function decodeRecord(bytes: Buffer, arrival: number, schemas: Schemas): Decoded {
  const json = inflated(bytes);
  if ("problem" in json) return rejected(json.problem);
  const known = schemas.templates.read(json, arrival);
  if (known && schemas.get(known.schema.id) === known.schema) return { parts: [known], problems: NONE, replaced: 0 };
  const text = textOf(json);
  if (typeof text !== "string") return rejected(text.problem);
  const whole = parsed(text);
  if ("value" in whole && isObject(whole.value)) {
    const decoded = decodeObject(whole.value, arrival, schemas);
    const [part] = decoded.parts;
    // Templates know nothing of goodbyes, so they must not take one for a literal.
    if (part && !part.bye) schemas.templates.learn(json, part.schema);
    return decoded;
  }
  const documents = documentsOf(whole, text);
  const only = documents.length === 1 ? documents[0] : undefined;
  if (only && "value" in only && isObject(only.value)) return decodeObject(only.value, arrival, schemas);
  return decodeMany(documents, arrival, schemas);
}

const NONE: readonly never[] = [];

/** By far the most records are one object. */
function decodeObject(value: Record<string, unknown>, arrival: number, schemas: Schemas): Decoded {
  const read: Read = "v" in value ? readV1(value, schemas) : readPlain(value, arrival, schemas);
  if (!("problem" in read)) return { parts: read.part ? [read.part] : NONE, problems: NONE, replaced: read.replaced };
  const { problem, ...unknownSchema } = read;
  return { ...rejected(problem, value), ...unknownSchema };
}

/** What one document holds: samples of one host. */
type Read =
  | { readonly part?: HostSamples; readonly replaced: number }
  | { readonly problem: string; readonly unknownSchema?: string };

function rejected(reason: string, document?: unknown): Decoded {
  return { parts: [], problems: [problemOf(reason, document)], replaced: 0 };
}

function problemOf(reason: string, document: unknown): Problem {
  return isObject(document) && isName(document.host) ? { reason, host: document.host } : { reason };
}

function inflated(bytes: Buffer): Buffer | { readonly problem: string } {
  if (bytes.length === 0) return { problem: "empty record" };
  if (bytes.length > RECORD_BYTES_MAX)
    return { problem: `${bytes.length} bytes: records have at most ${RECORD_BYTES_MAX}` };
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: INFLATED_BYTES_MAX });
  } catch (error) {
    const tooLarge = isObject(error) && error.code === "ERR_BUFFER_TOO_LARGE";
    return {
      problem: tooLarge ? `inflates to more than ${INFLATED_BYTES_MAX} bytes` : `broken gzip: ${messageOf(error)}`,
    };
  }
}

const KPL_MAGIC = 0xf3899ac2;

function textOf(bytes: Buffer): string | { readonly problem: string } {
  const hasByteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let at = hasByteOrderMark ? 3 : 0;
  while (isSpace(bytes[at])) at++;
  if (bytes[at] === OPENING_BRACE || bytes[at] === OPENING_BRACKET) return bytes.toString("utf8", at);
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === KPL_MAGIC) {
    return { problem: "KPL aggregation is not read: have the producer send JSON records" };
  }
  return { problem: `starts with bytes ${bytes.subarray(0, 4).toString("hex")}: send JSON ({ or [) or gzipped JSON` };
}

type Document = { readonly value: unknown } | { readonly problem: string };

/** The elements of one array, or one document per line; else the document itself. */
function documentsOf(whole: Document, text: string): readonly Document[] {
  if ("value" in whole) {
    if (!Array.isArray(whole.value)) return [whole];
    return tooMany(whole.value) ?? whole.value.map((value) => ({ value }));
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return tooMany(lines) ?? (lines.length > 1 ? lines.map(parsed) : [whole]);
}

function parsed(text: string): Document {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `broken JSON: ${messageOf(error)}` };
  }
}

function tooMany({ length }: readonly unknown[]): readonly Document[] | undefined {
  return length > SAMPLES_MAX
    ? [{ problem: `${length} samples: send at most ${SAMPLES_MAX} in one record` }]
    : undefined;
}

/** `{"v":1,"host","group","schema","names","t":[…],"rows":[[…]]}`: many samples of one host. */
function readV1(record: Record<string, unknown>, schemas: Schemas): Read {
  if (record.v !== 1) return { problem: `record version ${shown(record.v)}: this scorer reads version 1` };
  const problem = problemOfHost(record) ?? problemOfNamesAndSchema(record) ?? problemOfRows(record);
  if (problem) return { problem };
  const { host, group, names, schema: id, t, rows } = record as unknown as RecordV1;
  const schema = names ? schemas.of(names) : schemas.get(id ?? "");
  if (!schema) return { problem: `schema ${id}: names not seen`, unknownSchema: id ?? "" };
  const width = schema.names.length;
  const values = new Float64Array(t.length * width);
  let replaced = 0;
  for (let i = 0, k = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row?.length !== width) return { problem: `row ${i}: ${row?.length} values for ${width} names` };
    for (let j = 0; j < width; j++, k++) {
      const value = row[j];
      if (isMeasurement(value)) values[k] = value;
      else {
        values[k] = Number.NaN;
        if (value !== null) replaced++;
      }
    }
  }
  const times = t.map(Math.round);
  if (times.length === 0) return { replaced };
  const part = inTimeOrder({ host, group: group ?? DEFAULT_GROUP, schema, times, values });
  return { part: record.bye === true ? { ...part, bye: true } : part, replaced };
}

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
      : `schema ${shown(schema)}: an id has eight hexadecimal digits`;
  if (!Array.isArray(names)) return "names: send a list of texts";
  const problem = problemOfNames(names);
  if (problem) return problem;
  const id = schemaId(names);
  return schema === undefined || schema === id ? undefined : `schema ${shown(schema)}: these names have the id ${id}`;
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

/** `{"host","time","metrics":{name:number}}`, one or many. */
function decodeMany(documents: readonly Document[], arrival: number, schemas: Schemas): Decoded {
  const problems: Problem[] = [];
  const samples: HostSamples[] = [];
  let replaced = 0;
  for (const [i, document] of documents.entries()) {
    const sample = "problem" in document ? document : readPlain(document.value, arrival, schemas);
    if ("problem" in sample) {
      const reason = documents.length > 1 ? `sample ${i + 1}: ${sample.problem}` : sample.problem;
      problems.push(problemOf(reason, "value" in document ? document.value : undefined));
    } else {
      samples.push(sample.part);
      replaced += sample.replaced;
    }
  }
  return { parts: joinNeighbours(samples), problems, replaced };
}

interface PlainSample {
  readonly host: string;
  readonly group?: string;
}

function readPlain(value: unknown, arrival: number, schemas: Schemas) {
  if (!isObject(value)) return { problem: "no JSON object" };
  const { time, metrics } = value;
  const problem = problemOfHost(value);
  if (problem) return { problem };
  if (!isObject(metrics)) return { problem: 'no metrics: send {"host":…,"time":…,"metrics":{name:number}}' };
  const at = time === undefined ? arrival : parseTime(time);
  if (Number.isNaN(at)) return { problem: `time ${shown(time)}: use milliseconds or seconds since 1970, or ISO 8601` };
  const { numbers, offset } = spareRow();
  const vector = schemas.ofMetrics(metrics, numbers, offset);
  if ("problem" in vector) return vector;
  const { schema, replaced } = vector;
  const { host, group = DEFAULT_GROUP } = value as unknown as PlainSample;
  const part = { host, group, schema, times: [at], values: takeRow(schema.names.length) };
  return { part: value.bye === true ? { ...part, bye: true as const } : part, replaced };
}

/** Samples next to each other become one part where host, group and schema are the same; a goodbye ends it. */
function joinNeighbours(samples: readonly HostSamples[]): readonly HostSamples[] {
  if (samples.length <= 1) return samples;
  const runs: HostSamples[][] = [];
  for (const sample of samples) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && !last.bye && isAlike(last, sample)) run.push(sample);
    else runs.push([sample]);
  }
  return runs.flatMap((run) => {
    const last = run.at(-1);
    if (!last) return [];
    const times = run.flatMap((sample) => sample.times);
    const values = Float64Array.from(run.flatMap((sample) => [...sample.values]));
    return [inTimeOrder({ ...last, times, values })];
  });
}

function isAlike(a: HostSamples, b: HostSamples): boolean {
  return a.host === b.host && a.group === b.group && a.schema === b.schema;
}

function problemOfHost({ host, group }: Record<string, unknown>): string | undefined {
  if (!isName(host)) return `host ${shown(host)}: ${NAME_RULE}`;
  return group === undefined || isName(group) ? undefined : `group ${shown(group)}: ${NAME_RULE}`;
}

function isMeasurement(value: unknown): value is number {
  return typeof value === "number" && value <= VALUE_MAX && value >= -VALUE_MAX;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
