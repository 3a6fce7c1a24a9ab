import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
import { deflateSync, gzipSync } from "node:zlib";
import { unsnapped } from "../../../lib/wire/containers/snappy.ts";
import { decodeRecord } from "../../../lib/wire/decode.ts";
import { Schemas } from "../../../lib/wire/schemas.ts";
import { START, sample } from "../../factories.ts";
import { ARRIVAL } from "../reading.ts";
import { readSamples } from "./reading.ts";

const whole = { host: "web-07", time: START, metrics: { cpu: 1, load: 2 } };
const json = JSON.stringify(sample());

/** By the RecordAggregator of aws-kinesis-agg 4.2.5: web-07's plain sample, and web-08's row without a host. */
const AGGREGATE = `84mawgoGd2ViLTA3CgZ3ZWItMDgaQQgAGj17Imhvc3QiOiJ3ZWItMDciLCJ0aW1lIjoxNzk1MzU2MDAwMDAwLCJtZXRyaWNzIjp7ImNwdSI6
MTcuNn19Gi4IARoqeyJjcHVfcCI6Ny41LCJ1c2VyX3AiOjUsImRhdGUiOjE3OTUzNTYwMDB9V8NLiz4LOKkDUHdC0uYLLw==`;
const aggregate = Buffer.from(AGGREGATE, "base64");
const inAggregate = [
  { host: "web-07", time: START, metrics: { cpu: 17.6 } },
  { host: "web-08", time: START, metrics: { "@cpu_busy": 7.5, "@cpu_user": 5 } },
];

/** An aggregate of user records under one key, each shorter than 128 bytes. */
function aggregateOf(...records: readonly Buffer[]): Buffer {
  const key = Buffer.from("web-09");
  const parts = records.map((data) =>
    Buffer.concat([Buffer.of(0x1a, data.length + 4, 0x08, 0, 0x1a, data.length), data]),
  );
  const message = Buffer.concat([Buffer.of(0x0a, key.length), key, ...parts]);
  return Buffer.concat([Buffer.from("f3899ac2", "hex"), message, createHash("md5").update(message).digest()]);
}

test.each([
  ["gzip", gzipSync(json)],
  ["zlib", deflateSync(json)],
  ["zlib at its highest level", deflateSync(json, { level: 9 })],
  ["gzip in zlib in gzip", gzipSync(deflateSync(gzipSync(json)))],
  ["gzip of several members", Buffer.concat([gzipSync(json.slice(0, 9)), gzipSync(json.slice(9))])],
])("a plain sample in %s is read", (_, record) => {
  expect(readSamples(record)).toEqual({ samples: [whole], problems: [], replaced: 0 });
});

test("user records of a KPL aggregate keep their own partition keys", () => {
  expect(readSamples(aggregate)).toEqual({ samples: inAggregate, problems: [], replaced: 0 });
  expect(readSamples(gzipSync(aggregate)).samples).toEqual(inAggregate);
});

test("records v1 in an aggregate are read as if each were alone", () => {
  const v1 = (host: string) => Buffer.from(JSON.stringify({ v: 1, host, names: ["cpu"], t: [START], rows: [[1]] }));
  expect(readSamples(aggregateOf(v1("a"), v1("b")))).toEqual({
    samples: ["a", "b"].map((host) => ({ host, time: START, metrics: { cpu: 1 } })),
    problems: [],
    replaced: 0,
  });
});

test("names that a record v1 in an aggregate lacks are asked for, even if a broken record follows it", () => {
  const v1 = Buffer.from(JSON.stringify({ v: 1, host: "a", schema: "0123456789abcdef", t: [START], rows: [[1]] }));
  const record = aggregateOf(v1, Buffer.from("{"));
  const { unknownSchema } = decodeRecord(record, ARRIVAL, new Schemas(), { partitionKey: "web-07" });
  expect(unknownSchema).toBe("0123456789abcdef");
});

test("gzipped user records, and an aggregate within another, are read", () => {
  const row = aggregateOf(gzipSync('{"cpu":1}'));
  const expected = [{ host: "web-09", time: ARRIVAL, metrics: { cpu: 1 } }];
  expect(readSamples(row).samples).toEqual(expected);
  expect(readSamples(aggregateOf(row)).samples).toEqual(expected);
});

test.each([
  ["one byte changed", Buffer.concat([aggregate.subarray(0, 30), Buffer.of(0), aggregate.subarray(31)])],
  ["the end missing", aggregate.subarray(0, -1)],
  ["nothing but the magic", aggregate.subarray(0, 4)],
])("a KPL aggregate with %s is rejected", (_, record) => {
  expect(readSamples(record)).toMatchObject({ samples: [], problems: ["broken KPL aggregate: its MD5 does not fit"] });
});

test("a record that cannot be read has nothing but its reason", () => {
  const { problems, ...rest } = decodeRecord(Buffer.from("{"), ARRIVAL, new Schemas(), { partitionKey: "web-07" });
  expect(problems).toEqual([{ reason: expect.stringContaining("broken JSON") }]);
  expect(rest).toEqual({ parts: [], replaced: 0, bytes: 1 });
});

test("a bad user record does not affect the others", () => {
  const { samples, problems } = readSamples(aggregateOf(Buffer.from("{"), Buffer.from('{"cpu":1}')));
  expect(samples).toMatchObject([{ host: "web-09", metrics: { cpu: 1 } }]);
  expect(problems).toEqual([expect.stringContaining("sample 1: broken JSON")]);
});

/** By zstdCompressSync of Node 24.9. */
const ZSTD = "KLUv/SA96QEAeyJob3N0Ijoid2ViLTA3IiwidGltZSI6MTc5NTM1NjAwMDAwMCwibWV0cmljcyI6eyJjcHUiOjE3LjZ9fQ==";

test("zstd is read where Node has it, and named where Node does not", () => {
  const { samples, problems } = readSamples(Buffer.from(ZSTD, "base64"));
  const hasZstd = "zstdDecompressSync" in zlib;
  expect(samples).toEqual(hasZstd ? [inAggregate[0]] : []);
  expect(problems).toEqual(hasZstd ? [] : ["zstd needs Node 22.15 or newer here: send gzip, or update Node"]);
});

/** By compress of snappyjs 0.7: {"host":"web-07","metrics":{"cpu":1,"mem":2}} */
const SNAPPY = "LbB7Imhvc3QiOiJ3ZWItMDciLCJtZXRyaWNzIjp7ImNwdSI6MSwibWVtIjoyfX0=";

test("a block of snappy is read, though nothing announces it", () => {
  expect(readSamples(Buffer.from(SNAPPY, "base64"))).toMatchObject({
    samples: [{ host: "web-07", time: ARRIVAL, metrics: { cpu: 1, mem: 2 } }],
    problems: [],
  });
});

// Made by hand from the format's description.
test.each([
  ["a literal", "020461 62", "ab"],
  ["a literal of 61 bytes", `3df03c${"61".repeat(61)}`, "a".repeat(61)],
  ["a copy that overlaps itself, its offset in one byte", "080461620902", "abababab"],
  ["a copy that overlaps itself, its offset in two bytes", "08046162160200", "abababab"],
  ["a copy that overlaps itself, its offset in four bytes", "080461621702000000", "abababab"],
  ["a copy from before the beginning", "08046162 0903", undefined],
  ["a copy of nothing", "080461620900", undefined],
  ["less than its length", "0904616209 02", undefined],
  ["more than its length", "0704616209 02", undefined],
  ["a literal that ends early", "040c6162", undefined],
  ["a length that its bytes cannot have", "ffffff7f046162", undefined],
  ["a length of eleven bytes", "ffffffffffffffffffff0161", undefined],
  ["nothing", "", undefined],
])("snappy: %s", (_, hex, text) => {
  expect(unsnapped(Buffer.from(hex.replaceAll(" ", ""), "hex"))?.toString()).toBe(text);
});

test("documents are read directly after one another, across lines and on one line", () => {
  const documents = [1, 2, 3].map((cpu) => sample({ time: START + cpu, metrics: { 'a "}" name': cpu } }));
  const expected = [1, 2, 3].map((cpu) => ({ time: START + cpu, metrics: { 'a "}" name': cpu } }));
  for (const indent of [0, 2]) {
    const text = documents.map((document) => JSON.stringify(document, null, indent)).join("");
    expect(readSamples(text)).toMatchObject({ samples: expected, problems: [] });
  }
});

test("the inflated bytes of one record stay within its limit, in any number of containers", () => {
  const bomb = gzipSync(Buffer.alloc(3 * 1024 * 1024, " "));
  const small = deflateSync(bomb, { level: 9 });
  expect(small.length).toBeLessThan(100);
  expect(readSamples(aggregateOf(small, small)).problems).toContainEqual(
    expect.stringContaining("inflates to more than 4194304 bytes"),
  );
});

test.each([
  ["directly after one another", (rows: readonly string[]) => rows.join("")],
  [
    "in log events",
    (rows: readonly string[]) => ({ messageType: "DATA_MESSAGE", logEvents: rows.map((message) => ({ message })) }),
  ],
])("JSON values are counted over all documents of a record, %s", (_, recordOf) => {
  const row = `{"a":[${"0,".repeat(60_000)}0]}`;
  expect(readSamples(recordOf([row, row, row, row]), "web-07").problems).toEqual([
    expect.stringContaining("more than 200000 values in one record: send several"),
  ]);
});

test("600 samples of one record are read, and one more is named", () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ host: "web-07", time: START + i, cpu: i }));
  expect(readSamples(rows(600))).toMatchObject({ samples: { length: 600 }, problems: [] });
  const { samples, problems } = readSamples(rows(602));
  expect(samples).toHaveLength(600);
  expect(problems).toEqual(["more than 600 samples in one record: send several (2 times)"]);
  const own = Array.from({ length: 601 }, () => JSON.stringify(sample())).join("\n");
  expect(readSamples(own)).toMatchObject({ samples: [], problems: ["601 samples: send at most 600 in one record"] });
});

test("nested lists and nested messages are opened three levels deep", () => {
  const inMessages = (times: number) => {
    let text = '{"cpu":1}';
    for (let i = 0; i < times; i++) text = JSON.stringify({ host: "web-07", message: text });
    return readSamples(text);
  };
  expect(inMessages(2).samples).toMatchObject([{ host: "web-07", metrics: { cpu: 1 } }]);
  expect(inMessages(3).problems).toEqual([expect.stringContaining("more than 3 lists and messages")]);
});
