import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { recordV1, START, sample } from "../factories.ts";
import { read } from "./reading.ts";

const MIB = 1024 * 1024;

/** White space around JSON is JSON, so that a record can be made as long as one likes. */
function padded(length: number): Buffer {
  return Buffer.from(JSON.stringify(sample()).padEnd(length, " "));
}

test("a record of 10 MiB is read, one byte more is refused", () => {
  expect(read(padded(10 * MIB))).toMatchObject({ parts: [{ values: [1, 2] }], problems: [] });
  expect(read(padded(10 * MIB + 1))).toMatchObject({
    parts: [],
    problems: ["10485761 bytes: records have at most 10485760"],
  });
});

test("a record that inflates to 10 MiB is read, one byte more is refused", () => {
  expect(read(gzipSync(padded(10 * MIB)))).toMatchObject({ parts: [{ values: [1, 2] }], problems: [] });
  expect(read(gzipSync(padded(10 * MIB + 1)))).toMatchObject({
    parts: [],
    problems: ["inflates to more than 10485760 bytes"],
  });
});

describe("a zip bomb", () => {
  const gzipHeader = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
  /** Deflated zeros that end on a byte and refer to nothing before them, so that they can be repeated. */
  const zeros = (bytes: number) => deflateRawSync(Buffer.alloc(bytes), { finishFlush: constants.Z_FULL_FLUSH });
  /** A block of the type that does not exist. */
  const broken = Buffer.of(0x07);

  test("of 1 GiB is refused by the cap, before what follows the cap is looked at", () => {
    const bomb = Buffer.concat([gzipHeader, ...Array<Buffer>(64).fill(zeros(16 * MIB)), broken]);
    expect(bomb.length).toBeLessThan(2 * MIB);
    expect(read(bomb)).toEqual({ parts: [], problems: ["inflates to more than 10485760 bytes"], replaced: 0 });
  });

  test("that ends below the cap is looked at to its end", () => {
    expect(read(Buffer.concat([gzipHeader, zeros(MIB), broken])).problems).toEqual([
      expect.stringContaining("broken gzip"),
    ]);
  });
});

test.each([
  ["record v1", (n: number) => recordV1({ t: Array(n).fill(START), rows: Array(n).fill([1, 2]) })],
  ["a list", (n: number) => Array(n).fill(sample())],
  ["lines", (n: number) => Array(n).fill(JSON.stringify(sample())).join("\n")],
])("600 samples are read from %s, 601 are refused", (_, record) => {
  expect(read(record(600)).parts[0]?.times).toHaveLength(600);
  expect(read(record(601))).toEqual({
    parts: [],
    problems: [expect.stringContaining("601 samples: send at most 600")],
    replaced: 0,
  });
});

test("ever so many broken lines are refused in one sentence", () => {
  expect(read("{\n".repeat(100_000)).problems).toEqual(["100000 samples: send at most 600 in one record"]);
});

test.each([
  ["plain JSON", (names: string[]) => sample({ metrics: Object.fromEntries(names.map((name) => [name, 1])) })],
  ["record v1", (names: string[]) => recordV1({ names, schema: undefined, t: [START], rows: [names.map(() => 1)] })],
])("256 metrics are read from %s, 257 are refused", (_, record) => {
  const names = Array.from({ length: 257 }, (_, i) => `metric_${i}`);
  expect(read(record(names.slice(1))).parts[0]?.values).toHaveLength(256);
  expect(read(record(names))).toMatchObject({ parts: [], problems: ["257 metrics: send at most 256"] });
});

test.each([
  ["nothing", Buffer.alloc(0), "empty record"],
  ["white space", " \n\t\r ", "send JSON"],
  ["a sentence", "hello", "starts with bytes 68656c6c: send JSON ({ or [) or gzipped JSON"],
  ["a single byte", Buffer.of(0x1f), "starts with bytes 1f: send JSON"],
  ["gzip of nothing", gzipSync(""), "send JSON"],
  ["gzip of gzip", gzipSync(gzipSync("{}")), "starts with bytes 1f8b"],
  ["the start of gzip", Buffer.of(0x1f, 0x8b), "broken gzip"],
  ["zstandard", Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0), "starts with bytes 28b52ffd"],
  ["a line of influx", "cpu,host=web-07 usage_idle=82.38 1763778600000000000", "starts with bytes 6370752c"],
  ["an aggregate of the KPL", Buffer.of(0xf3, 0x89, 0x9a, 0xc2, 10, 0), "KPL aggregation is not read"],
  ["JSON that is no object", "[1]", "no JSON object"],
  ["JSON in UTF-16", Buffer.from(JSON.stringify(sample()), "utf16le"), "broken JSON"],
])("%s is refused, and the reason says so", (_, bytes, problem) => {
  expect(read(bytes)).toEqual({ parts: [], problems: [expect.stringContaining(problem)], replaced: 0 });
});
