import fc from "fast-check";
import { decodeRecord } from "../../../lib/wire/decode.ts";
import { isName } from "../../../lib/wire/name.ts";
import { Schemas } from "../../../lib/wire/schemas.ts";
import { ARRIVAL } from "../reading.ts";
import { otlpBytes } from "./corpus/open-telemetry.ts";
import { CORPUS } from "./corpus.ts";
import { bytesOf } from "./reading.ts";

/** Rules for any record: no exception, within the limits, and no result that a store or a message cannot take. */
function checkLimits(record: Buffer, key: string): void {
  const { parts, problems, bytes } = decodeRecord(record, ARRIVAL, new Schemas(), { partitionKey: key });
  const samples = parts.reduce((sum, { times }) => sum + times.length, 0);
  expect(problems.length).toBeLessThanOrEqual(611);
  expect(bytes).toBeLessThanOrEqual(8 * 1024 * 1024);
  for (const { reason } of problems) expect(reason.length).toBeLessThan(400);
  for (const { host, schema, times, values, counters = [] } of parts) {
    expect([host, ...schema.names].filter((name) => !isName(name))).toEqual([]);
    expect(new Set(schema.names).size).toBe(schema.names.length);
    expect(schema.names.length).toBeLessThanOrEqual(256);
    expect(values).toHaveLength(times.length * schema.names.length);
    expect(counters.filter((name) => !schema.names.includes(name))).toEqual([]);
    expect(times.filter((time, i) => !(time > (times[i - 1] ?? 0) || !parts[0]?.isPart))).toEqual([]);
  }
  // A moment with more than 256 metrics is several parts.
  expect(samples).toBeLessThanOrEqual(1_400);
}

const anyKey = fc.constantFrom("web-07", "3f0c2b7e-9a4d-4c1b-8e55-0d6a7b1c9f20", "");

test("random bytes never cause an exception and stay within the limits", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), anyKey, (bytes, key) => checkLimits(Buffer.from(bytes), key)),
    { numRuns: 2_000 },
  );
});

const beginnings = [
  "0a",
  "1f8b",
  "789c",
  "28b52ffd",
  "f3899ac2",
  "7b22",
  "5b7b22",
  "0a7b",
  "efbbbf7b",
  "1a",
  "0a0c0a0a0a085f5f6e616d655f5f",
  "040c",
].map((hex) => Buffer.from(hex, "hex"));

test("random bytes after the beginnings of known contents never cause an exception", () => {
  fc.assert(
    fc.property(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 200 }), (start, rest) =>
      checkLimits(Buffer.concat([start, rest]), "web-07"),
    ),
    { numRuns: 2_000 },
  );
});

/** Bytes of a record that are cut, changed, doubled or put elsewhere. */
const mutation = fc.record({
  at: fc.nat(),
  length: fc.nat({ max: 40 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(...'{}[]",:\\ \n=|'.split(""), "null", "1e999", '"x"', "[[", "__proto__", "-", "NaN")
      .map((text) => Buffer.from(text)),
  ),
  isDoubled: fc.boolean(),
});

test("damaged records of every shape never cause an exception and stay within the limits", () => {
  const records = CORPUS.map(({ record }) => bytesOf(record));
  fc.assert(
    fc.property(
      fc.constantFrom(...records),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      anyKey,
      (record, changes, key) => {
        let bytes = record;
        for (const { at, length, insert, isDoubled } of changes) {
          const start = at % (bytes.length + 1);
          const middle = bytes.subarray(start, start + length);
          bytes = Buffer.concat([
            bytes.subarray(0, start),
            insert,
            ...(isDoubled ? [middle, middle] : []),
            bytes.subarray(start + length),
          ]);
        }
        checkLimits(bytes, key);
      },
    ),
    { numRuns: 5_000 },
  );
});

test("any JSON never causes an exception, whichever known keys it has", () => {
  const key = fc.constantFrom(
    ...[
      "host",
      "time",
      "name",
      "fields",
      "tags",
      "metrics",
      "values",
      "value",
      "labels",
      "series",
      "points",
      "kind",
      "gauge",
    ],
    ...[
      "resourceMetrics",
      "scopeMetrics",
      "dataPoints",
      "sum",
      "histogram",
      "sysstat",
      "hosts",
      "statistics",
      "_aws",
      "logEvents",
    ],
    ...[
      "messageType",
      "message",
      "chart_id",
      "itemid",
      "clock",
      "plugin",
      "dsnames",
      "timeseries",
      "samples",
      "metricset",
      "@timestamp",
    ],
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 5 }, fc.jsonValue({ maxDepth: 0 }), tie("list"), tie("object")),
    list: fc.array(tie("tree"), { maxLength: 4 }),
    object: fc.dictionary(key, tie("tree"), { maxKeys: 5 }),
  }));
  fc.assert(
    fc.property(tree, (value) => checkLimits(Buffer.from(JSON.stringify(value)), "web-07")),
    { numRuns: 3_000 },
  );
});

test("OTLP in protobuf of any length is distinguished from text, even if its length reads as { or [", () => {
  // A request that is one resource's metrics with a schema URL of any length.
  for (const length of [...Array(400).keys(), 20_000, 3_000_000]) {
    const inner = Buffer.concat([varint(0x1a), varint(length), Buffer.alloc(length, "u"), otlpBytes.subarray(3)]);
    const request = Buffer.concat([Buffer.of(0x0a), varint(inner.length), inner]);
    const { parts, problems } = decodeRecord(request, ARRIVAL, new Schemas(), { partitionKey: "" });
    expect({ length, hosts: parts.map(({ host }) => host), problems }).toEqual({
      length,
      hosts: ["web-07"],
      problems: [],
    });
  }
});

function varint(value: number): Buffer {
  return value < 128 ? Buffer.of(value) : Buffer.of((value & 127) | 128, ...varint(value >> 7));
}
