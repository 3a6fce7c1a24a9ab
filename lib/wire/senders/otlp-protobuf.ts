import { isUtf8 } from "node:buffer";
import { VALUES_MAX } from "../limits.ts";
import { BYTES, FIXED64, messagesIn, takeVarint, textUnder, VARINT, visitFields } from "../protobuf.ts";
import { OTHER_SIGNAL, type OtlpMetric, type OtlpPoint, readOtlpMetric } from "./otlp.ts";
import type { Found, Tags } from "./point.ts";

// Numbers of fields: https://github.com/open-telemetry/opentelemetry-proto, metrics/v1/metrics.proto, which adds to
// those of version 0.7, and common/v1/common.proto.

/** Whether the bytes are an ExportMetricsServiceRequest: nothing but ResourceMetrics, each of its own fields only. */
export function isOtlp(bytes: Buffer): boolean {
  if (bytes[0] !== REQUEST_START) return false;
  let isAll = true;
  const isMessage = visitFields(bytes, (field, type, _, content) => {
    isAll &&= field === 1 && type === BYTES && isResourceMetrics(content);
  });
  return isMessage && isAll;
}

/** Field 1, with a length: in a text this byte would be a line feed. */
const REQUEST_START = 0x0a;
/** Resource, scope metrics, schema URL, and the older instrumentation libraries. */
const RESOURCE_METRICS_FIELDS = [1, 2, 3, 1000];

function isResourceMetrics(bytes: Buffer): boolean {
  let isAll = bytes.length > 0;
  const isMessage = visitFields(bytes, (field, type) => {
    isAll &&= type === BYTES && RESOURCE_METRICS_FIELDS.includes(field);
  });
  return isMessage && isAll;
}

/** The requests of a metric stream, each behind its length; undefined for other bytes. */
export function lengthPrefixed(bytes: Buffer, max: number): readonly Buffer[] | undefined {
  const reader = { bytes, at: 0 };
  const requests: Buffer[] = [];
  while (reader.at < bytes.length && requests.length < max) {
    const length = takeVarint(reader);
    if (length === undefined || length === 0 || length > bytes.length - reader.at) return undefined;
    const request = bytes.subarray(reader.at, reader.at + length);
    if (!isOtlp(request)) return undefined;
    requests.push(request);
    reader.at += length;
  }
  return reader.at === bytes.length && requests.length > 0 ? requests : undefined;
}

export function* readOtlp(request: Buffer): Iterable<Found> {
  const budget = { points: VALUES_MAX };
  for (const resourceMetrics of messagesIn(request, 1)) {
    const [resource] = messagesIn(resourceMetrics, 1);
    const attributes = resource ? attributesIn(messagesIn(resource, 1)) : {};
    for (const scope of messagesIn(resourceMetrics, 2)) {
      for (const message of messagesIn(scope, 2)) {
        const metric = metricOf(message, budget);
        if (metric) yield* readOtlpMetric(metric, attributes);
        else yield OTHER_SIGNAL;
      }
    }
  }
  if (budget.points <= 0) yield { problem: `more than ${VALUES_MAX} values in one record: send several` };
}

/** The field of a metric that has its points, by kind. Gauges and sums of integers are from version 0.7. */
const KINDS = new Map<number, OtlpMetric["kind"]>([
  ...[4, 5].map((field) => [field, "gauge"] as const),
  ...[6, 7].map((field) => [field, "sum"] as const),
  ...[8, 9, 10].map((field) => [field, "summed"] as const),
  [11, "summary"],
]);
const EXPONENTIAL = 10;
const DELTA = 1;

/** Undefined for a log record or a span, recognised by their first field, which is no text. */
function metricOf(message: Buffer, budget: { points: number }): OtlpMetric | undefined {
  const [named] = messagesIn(message, 1);
  if (!named || !isUtf8(named)) return undefined;
  const name = named.toString();
  const [unit] = messagesIn(message, 3);
  let [isDelta, isMonotonic] = [false, false];
  let kind: OtlpMetric["kind"] = "gauge";
  const points: OtlpPoint[] = [];
  visitFields(message, (field, type, _, content) => {
    const found = KINDS.get(field);
    if (!found || type !== BYTES) return;
    kind = found;
    visitFields(content, (part, partType, varint, point) => {
      if (part === 1 && partType === BYTES && budget.points-- > 0) points.push(pointOf(point, found, field));
      if (part === 2 && partType === VARINT) isDelta = varint === DELTA;
      if (part === 3 && partType === VARINT) isMonotonic = varint === 1;
    });
  });
  return { name, unit: unit?.toString(), kind, isDelta, isMonotonic, points };
}

function pointOf(bytes: Buffer, kind: OtlpMetric["kind"], field: number): OtlpPoint {
  const isNumber = kind === "gauge" || kind === "sum";
  // Version 0.7 had integers in the fields of these numbers, under the name and place of doubles.
  const isInteger = field === 4 || field === 6;
  const attributeField = field === EXPONENTIAL ? 1 : kind === "summed" ? 9 : 7;
  const flagsField = isNumber || kind === "summary" ? 8 : 10;
  const [attributes, labels]: Buffer[][] = [[], []];
  const point: { -readonly [K in keyof OtlpPoint]: OtlpPoint[K] } = { attributes: {}, time: undefined };
  visitFields(bytes, (number, type, varint, content) => {
    if (type === BYTES && number === attributeField) attributes?.push(content);
    else if (type === BYTES && number === 1) labels?.push(content);
    else if (type === BYTES && kind === "summary" && number === 6) point.max = maxOf(content) ?? point.max;
    else if (type === VARINT && number === flagsField) point.isEmpty = varint % 2 === 1;
    if (type !== FIXED64) return;
    if (number === 3) point.time = unixTime(content);
    else if (isNumber && number === 4) point.value = isInteger ? integer(content) : content.readDoubleLE(0);
    else if (isNumber && number === 6) point.value = integer(content);
    else if (!isNumber && number === 4) point.count = Number(content.readBigUInt64LE(0));
    else if (!isNumber && number === 5) point.sum = content.readDoubleLE(0);
  });
  return { ...point, attributes: { ...labelsIn(labels ?? []), ...attributesIn(attributes ?? []) } };
}

function integer(bytes: Buffer): number {
  return Number(bytes.readBigInt64LE(0));
}

/** Nanoseconds, exact to a millisecond; zero is no time. */
function unixTime(bytes: Buffer): number | undefined {
  const nanoseconds = Number(bytes.readBigUInt64LE(0));
  return nanoseconds === 0 ? undefined : nanoseconds;
}

/** The value of a summary's quantile 1, which is its greatest. */
function maxOf(quantile: Buffer): number | undefined {
  let [at, value] = [0, 0];
  visitFields(quantile, (number, type, _, content) => {
    if (type === FIXED64 && number === 1) at = content.readDoubleLE(0);
    if (type === FIXED64 && number === 2) value = content.readDoubleLE(0);
  });
  return at === 1 ? value : undefined;
}

/** Labels of version 0.7: a key and a text. */
function labelsIn(labels: readonly Buffer[]): Tags {
  return Object.fromEntries(labels.map((label) => [textUnder(label, 1), textUnder(label, 2)]));
}

function attributesIn(attributes: readonly Buffer[], isNested = false): Tags {
  const entries = attributes.map((attribute) => {
    const [value] = messagesIn(attribute, 2);
    return [textUnder(attribute, 1), value && anyValue(value, isNested)] as const;
  });
  return Object.fromEntries(entries);
}

/** A text, a number, a truth value as text, or the dimensions of CloudWatch, which are one level down. */
function anyValue(value: Buffer, isNested: boolean): unknown {
  let found: unknown;
  visitFields(value, (number, type, varint, content) => {
    if (number === 1 && type === BYTES) found = content.toString();
    if (number === 2 && type === VARINT) found = String(varint !== 0);
    if (number === 3 && type === VARINT) found = varint;
    if (number === 4 && type === FIXED64) found = content.readDoubleLE(0);
    if (number === 6 && type === BYTES && !isNested) found = attributesIn(messagesIn(content, 1), true);
  });
  return found;
}
