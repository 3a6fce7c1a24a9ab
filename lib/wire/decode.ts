import { gunzipSync } from "node:zlib";
import { isTime, parseTime } from "./date.ts";
import { DEPTH_MAX, RECORD_BYTES_MAX, SAMPLES_MAX, VALUE_MAX, VALUES_MAX } from "./limits.ts";
import { type Measure, measure } from "./measure.ts";
import { isName, NAME_RULE, shown } from "./name.ts";
import { DEFAULT_GROUP, type HostSamples, inTimeOrder, type OddValues } from "./samples.ts";
import { isIdOf, problemOfNames, SCHEMA_ID, type Schemas, schemaId } from "./schemas.ts";

/** The content of a record. A record may be good in part: `parts` has every readable sample. */
export interface Decoded {
  readonly parts: readonly HostSamples[];
  /** Why the rest is unreadable: one problem for the record, or one for each bad sample; empty for a good record. */
  readonly problems: readonly Problem[];
  /** Values that were no finite number and were taken as missing. */
  readonly replaced: number;
  /** Bytes that were read, after they were inflated. */
  readonly bytes: number;
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
 * bytes (docs/wire-format.md). Malformed input is reported, never thrown. `arrival` (ms) stands in for the time
 * of plain samples that have none.
 */
export function decodeRecord(bytes: Buffer, arrival: number, schemas: Schemas): Decoded {
  const json = inflated(bytes);
  const documents = "problem" in json ? [{ problem: json.problem }] : documentsOf(json);
  const isAlone = documents.length === 1;
  const parts: HostSamples[] = [];
  const problems: Problem[] = [];
  let unknown = {};
  for (const [i, document] of documents.entries()) {
    const read = readDocument(document, isAlone, arrival, schemas);
    if ("problem" in read) {
      const { problem, ...unknownSchema } = read;
      problems.push({ reason: isAlone ? problem : `sample ${i + 1}: ${problem}`, ...hostOf(document) });
      unknown = unknownSchema;
    } else if (read.part) parts.push(read.part);
  }
  const replaced = parts.reduce((sum, { odd }) => sum + (odd?.count ?? 0), 0);
  return { parts: joinNeighbours(parts), problems, replaced, bytes: json.length, ...unknown };
}

type Document = { readonly value: unknown } | { readonly problem: string };

/** The content of one document: samples of one host. */
type Read = { readonly part?: HostSamples } | { readonly problem: string; readonly unknownSchema?: string };

function readDocument(document: Document, isAlone: boolean, arrival: number, schemas: Schemas): Read {
  if ("problem" in document) return document;
  const { value } = document;
  if (!isObject(value)) return { problem: "no JSON object" };
  return isAlone && "v" in value ? readV1(value, schemas) : readPlain(value, arrival, schemas);
}

function hostOf(document: Document): { readonly host?: string } {
  return "value" in document && isObject(document.value) && isName(document.value.host)
    ? { host: document.value.host }
    : {};
}

/** The elements of one array, or one document per line; else the document itself. */
function documentsOf(bytes: Buffer): readonly Document[] {
  const text = textOf(bytes);
  if (typeof text !== "string") return [text];
  const whole = parsed(text, measure(bytes));
  if ("value" in whole) {
    if (!Array.isArray(whole.value)) return [whole];
    return tooMany(whole.value) ?? whole.value.map((value) => ({ value }));
  }
  const lines = linesOf(text);
  return lines.length > 1 ? parsedLines(lines) : [whole];
}

/** The lines that are not blank, at most one more than a record may have. */
function linesOf(text: string): readonly string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length && lines.length <= SAMPLES_MAX; ) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end);
    if (line.trim() !== "") lines.push(line);
    start += line.length + 1;
  }
  return lines;
}

function parsedLines(lines: readonly string[]): readonly Document[] {
  if (lines.length > SAMPLES_MAX) return [{ problem: `more than ${SAMPLES_MAX} lines: ${SEND_LESS}` }];
  const measured = lines.map((line) => ({ line, size: measure(Buffer.from(line)) }));
  const values = measured.reduce((sum, { size }) => sum + size.values, 0);
  if (values > VALUES_MAX) return [{ problem: TOO_MANY_VALUES }];
  return measured.map(({ line, size }) => parsed(line, size));
}

/** A problem, and how many bytes it took to find it. */
interface Unread {
  readonly problem: string;
  readonly length: number;
}

function inflated(bytes: Buffer): Buffer | Unread {
  const { length } = bytes;
  if (length === 0) return { problem: "empty record", length };
  if (length > RECORD_BYTES_MAX) return { problem: `${length} bytes: send at most ${RECORD_BYTES_MAX}`, length };
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: RECORD_BYTES_MAX });
  } catch (error) {
    const isTooLarge = isObject(error) && error.code === "ERR_BUFFER_TOO_LARGE";
    return isTooLarge
      ? { problem: `inflates to more than ${RECORD_BYTES_MAX} bytes: send several records`, length: RECORD_BYTES_MAX }
      : { problem: `broken gzip: ${messageOf(error)}`, length };
  }
}

const KPL_MAGIC = 0xf3899ac2;
const BYTE_ORDER_MARK = "\ufeff";

function textOf(bytes: Buffer): string | { readonly problem: string } {
  const text = bytes.toString();
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  if (/^[ \t\r\n]*[{[]/.test(json)) return json;
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === KPL_MAGIC) {
    return { problem: "KPL aggregation is not read: have the producer send JSON records" };
  }
  return { problem: `starts with bytes ${bytes.subarray(0, 4).toString("hex")}: send JSON ({ or [) or gzipped JSON` };
}

const SEND_LESS = `send at most ${SAMPLES_MAX} samples in one record`;
const TOO_MANY_VALUES = `more than ${VALUES_MAX} values in one record: send several`;

function parsed(text: string, { values, depth }: Measure): Document {
  if (depth > DEPTH_MAX) return { problem: `more than ${DEPTH_MAX} lists and objects within one another: nest fewer` };
  if (values > VALUES_MAX) return { problem: TOO_MANY_VALUES };
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
  const schema = names ? schemas.of(names, id) : schemas.get(id ?? "");
  if (!schema) return { problem: `schema ${id}: names not seen; ${SEND_NAMES}`, unknownSchema: id ?? "" };
  if ("problem" in schema) return schema;
  const width = schema.names.length;
  const values = new Float64Array(t.length * width);
  let odd: OddValues | undefined;
  for (const [i, row] of rows.entries()) {
    if (row.length !== width) return { problem: `row ${i}: ${row.length} values for ${width} names` };
    odd = bothOf(odd, readRow(row, schema.names, values, i * width));
  }
  const times = t.map(Math.round);
  if (times.length === 0) return {};
  const part = inTimeOrder({ host, group: group ?? DEFAULT_GROUP, schema, times, values });
  return { part: { ...part, ...(record.bye === true ? { bye: true } : {}), ...(odd ? { odd } : {}) } };
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
function readPlain(sample: Record<string, unknown>, arrival: number, schemas: Schemas): Read {
  const { time, metrics } = sample;
  const problem = problemOfHost(sample);
  if (problem) return { problem };
  if (!isObject(metrics)) return { problem: 'no metrics: send {"host":…,"time":…,"metrics":{name:number}}' };
  const at = time === undefined ? arrival : parseTime(time);
  if (Number.isNaN(at)) return { problem: `time ${shown(time)}: use milliseconds or seconds since 1970, or ISO 8601` };
  const schema = schemas.ofMetrics(metrics);
  if ("problem" in schema) return schema;
  const row = schema.names.map((name) => metrics[name]);
  const values = new Float64Array(row.length);
  const odd = readRow(row, schema.names, values, 0);
  const { host, group = DEFAULT_GROUP } = sample as unknown as PlainSample;
  const part = { host, group, schema, times: [at], values };
  return { part: { ...part, ...(sample.bye === true ? { bye: true } : {}), ...(odd ? { odd } : {}) } };
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

function bothOf(a: OddValues | undefined, b: OddValues | undefined): OddValues | undefined {
  return a && b ? { ...a, count: a.count + b.count } : (a ?? b);
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
    const values = new Float64Array(times.length * last.schema.names.length);
    for (const [i, sample] of run.entries()) values.set(sample.values, i * sample.values.length);
    const odd = run.reduce<OddValues | undefined>((sum, sample) => bothOf(sum, sample.odd), undefined);
    return [inTimeOrder({ ...last, times, values, ...(odd ? { odd } : {}) })];
  });
}

function isAlike(a: HostSamples, b: HostSamples): boolean {
  return a.host === b.host && a.group === b.group && a.schema === b.schema;
}

function problemOfHost({ host, group }: Record<string, unknown>): string | undefined {
  if (!isName(host)) return `host ${shown(host)}: ${NAME_RULE}`;
  return group === undefined || isName(group) ? undefined : `group ${shown(group)}: ${NAME_RULE}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
