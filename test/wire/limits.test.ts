import { constants, deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { decodeRecord } from "../../lib/wire/decode.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { recordV1, START, sample } from "../factories.ts";
import { ARRIVAL, read } from "./reading.ts";

const MIB = 1024 * 1024;

/** White space around JSON is JSON, so that a record can be made as long as one likes. */
function padded(length: number): Buffer {
  return Buffer.from(JSON.stringify(sample()).padEnd(length, " "));
}

test("a record of 4 MiB is read, one byte more is refused", () => {
  expect(read(padded(4 * MIB))).toMatchObject({ parts: [{ values: [1, 2] }], problems: [] });
  expect(read(padded(4 * MIB + 1))).toMatchObject({ parts: [], problems: ["4194305 bytes: send at most 4194304"] });
});

const INFLATES = "inflates to more than 4194304 bytes: send several records";

test("a record that inflates to 4 MiB is read, one byte more is refused", () => {
  expect(read(gzipSync(padded(4 * MIB)))).toMatchObject({ parts: [{ values: [1, 2] }], problems: [] });
  expect(read(gzipSync(padded(4 * MIB + 1)))).toMatchObject({ parts: [], problems: [INFLATES] });
});

test("the count of a record's bytes is of those read, and ends at the limit", () => {
  const bytesOf = (record: Buffer) => decodeRecord(record, ARRIVAL, new Schemas()).bytes;
  expect([Buffer.alloc(7), padded(MIB), gzipSync(padded(MIB)), gzipSync(Buffer.alloc(9 * MIB))].map(bytesOf)).toEqual([
    7,
    MIB,
    MIB,
    4 * MIB,
  ]);
});

test("600 samples of 256 metrics with 17 digits are one record v1", () => {
  const names = Array.from({ length: 256 }, (_, i) => `metric_${i}`);
  const row = names.map((_, i) => 0.1234567890123456 + i);
  const record = recordV1({ names, schema: undefined, t: Array(600).fill(START), rows: Array(600).fill(row) });
  const { parts, problems } = read(record);
  expect({ samples: parts[0]?.times.length, problems }).toEqual({ samples: 600, problems: [] });
});

describe("a few kilobytes of gzip that would be much work are refused before they are parsed", () => {
  const many = "more than 200000 values in one record: send several";
  test.each([
    ["5 million [ and as many ]", "[".repeat(5e6) + "]".repeat(5e6), INFLATES],
    ["2 million [ and as many ]", "[".repeat(2e6) + "]".repeat(2e6), many],
    ["objects within one another", '{"a":'.repeat(8e5), many],
    ["2 million zeros", `[${"0,".repeat(2e6)}0]`, many],
    ["a million empty objects", `[${"{},".repeat(1e6)}{}]`, many],
    ["a million empty rows", `{"v":1,"host":"a","names":["cpu"],"t":[],"rows":[${"[],".repeat(1e6)}[]]}`, many],
    ["an object with a million fields", `{${'"":0,'.repeat(8e5)}"":0}`, many],
    ["values on many lines, all within what one line may have", `[${"0,".repeat(1e5)}0]\n`.repeat(3), many],
  ])("%s", (_, text, problem) => {
    const gzipped = gzipSync(text);
    expect(gzipped.length).toBeLessThan(20_000);
    const parse = jest.spyOn(JSON, "parse");
    try {
      const { parts, problems } = decodeRecord(gzipped, ARRIVAL, new Schemas());
      expect({ parts, problems }).toEqual({ parts: [], problems: [{ reason: problem }] });
      expect(parse).not.toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });

  test.each([
    ["17 lists within one another", "[".repeat(17) + "]".repeat(17)],
    ["100,000 lists within one another", "[".repeat(1e5) + "]".repeat(1e5)],
    ["an ignored field that is deep", `{"host":"a","metrics":{"cpu":1},"x":${"[".repeat(16)}${"]".repeat(16)}}`],
  ])("%s are refused before anything in them is read", (_, text) => {
    const deep = "more than 16 lists and objects within one another: nest fewer";
    expect(read(text)).toEqual({ parts: [], problems: [deep], replaced: 0 });
  });

  test("brackets in texts are text, and 16 nested lists and objects are read", () => {
    const x = `${"[".repeat(15)}${"]".repeat(15)}`;
    expect(read(`{"host":"a","x":${x},"metrics":{"${'[{\\"'.repeat(50)}":1}}`)).toMatchObject({ problems: [] });
  });
});

test("no record makes the decoder parse, read or report more than the limits allow", () => {
  const piece = fc.constantFrom(
    ...'[ ] { } , : 0 " \\ \n'.split(" "),
    '{"host":"a","metrics":{"cpu":1}}',
    '{"a":',
    "[0",
    "\u00e9",
  );
  const repeated = fc.tuple(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 30_000 }));
  const record = fc.array(repeated, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(record, fc.constantFrom("{", "["), (runs, start) => {
      const text = start + runs.map(([pieces, times]) => pieces.join("").repeat(times)).join("");
      const { parts, problems, bytes } = decodeRecord(gzipSync(text), ARRIVAL, new Schemas());
      const samples = parts.reduce((sum, { times }) => sum + times.length, 0);
      expect(samples + problems.length).toBeLessThanOrEqual(600);
      expect(bytes).toBeLessThanOrEqual(4 * MIB);
      for (const { reason } of problems) expect(reason.length).toBeLessThan(300);
    }),
    { numRuns: 100 },
  );
});

describe("a zip bomb", () => {
  const gzipHeader = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
  /** Deflated zeros that end on a byte and refer to nothing before them, so that they can be repeated. */
  const zeros = (bytes: number) => deflateRawSync(Buffer.alloc(bytes), { finishFlush: constants.Z_FULL_FLUSH });
  /** A block of the type that does not exist. */
  const broken = Buffer.of(0x07);

  test("of 1 GiB is refused by the cap, before the bytes behind the cap are read", () => {
    const bomb = Buffer.concat([gzipHeader, ...Array<Buffer>(64).fill(zeros(16 * MIB)), broken]);
    expect(bomb.length).toBeLessThan(2 * MIB);
    expect(read(bomb)).toEqual({ parts: [], problems: [INFLATES], replaced: 0 });
  });

  test("that ends below the cap is read to its end", () => {
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
    problems: [expect.stringMatching(/^(601 samples|more than 600 lines): send at most 600 /)],
    replaced: 0,
  });
});

test("100,000 broken lines are refused in one sentence", () => {
  expect(read("{\n".repeat(100_000)).problems).toEqual(["more than 600 lines: send at most 600 samples in one record"]);
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
  [
    "gzip four times",
    [1, 2, 3, 4].reduce((inner: Buffer) => gzipSync(inner), Buffer.from("{}")),
    "more than 3 compressions",
  ],
  ["the start of gzip", Buffer.of(0x1f, 0x8b), "broken gzip"],
  ["the start of zstandard", Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0), "zstd"],
  ["a line of influx", "cpu,host=web-07 usage_idle=82.38 1763778600000000000", "starts with bytes 6370752c"],
  ["an aggregate of the KPL", Buffer.of(0xf3, 0x89, 0x9a, 0xc2, 10, 0), "broken KPL aggregate: its MD5 does not fit"],
  ["JSON that is no object", "[1]", "no JSON object"],
  ["JSON in UTF-16", Buffer.from(JSON.stringify(sample()), "utf16le"), "broken JSON"],
])("%s is refused, and the reason says so", (_, bytes, problem) => {
  expect(read(bytes)).toEqual({ parts: [], problems: [expect.stringContaining(problem)], replaced: 0 });
});
