import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { decodeRecord } from "../../lib/wire/decode.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { recordV1, START, STEP, sample } from "../factories.ts";
import { read } from "./reading.ts";

type Sent = string | Buffer;

/** What a record reads as, and how often JSON.parse was called for that. */
function reading(record: Sent, schemas: Schemas) {
  const parse = jest.spyOn(JSON, "parse");
  const decoded = read(record, schemas);
  const parses = parse.mock.calls.length;
  parse.mockRestore();
  return { decoded, parses };
}

function parsesOf(record: Sent, schemas: Schemas): number {
  return reading(record, schemas).parses;
}

/** Schemas that know names and have seen the records. */
function schemasAfter(records: readonly Sent[], names: readonly string[] = ["cpu", "load"]): Schemas {
  const schemas = new Schemas();
  schemas.of(names);
  for (const record of records) read(record, schemas);
  return schemas;
}

const json = (changes?: Record<string, unknown>) => JSON.stringify(sample(changes));
const jsonV1 = (changes?: Record<string, unknown>) => JSON.stringify(recordV1(changes));
/** As json.dumps of Python writes it. */
const spaced = (text: string) => text.replaceAll(/([,:])(?=["[{\d])/g, "$1 ");
const nameless = { names: undefined };

const alike: readonly (readonly [string, Sent, Sent])[] = [
  [
    "another host, group, time and values",
    json({ group: "web" }),
    json({ host: "db-1", group: "db", time: START + 7, metrics: { cpu: -0.5, load: 1e6 } }),
  ],
  ["a time in seconds", json(), json({ time: START / 1000 })],
  ["a time in ISO 8601", json({ time: "2026-11-22T14:00:00Z" }), json({ time: "2026-11-22T15:00:00+01:30" })],
  ["a number where a text was the time", json({ time: "2026-11-22" }), json()],
  ["no time", json({ time: undefined }), json({ time: undefined, metrics: { cpu: 3, load: 4 } })],
  ["null, after a number", json(), json({ metrics: { cpu: null, load: 4 } })],
  ["a number, after null", json({ metrics: { cpu: null, load: 4 } }), json()],
  ["a number, after what is none", json({ metrics: { cpu: "7", load: 4 } }), json()],
  ["an exponent and 17 digits", json(), json({ metrics: { cpu: 1.5e-70, load: 0.1 + 0.2 } })],
  ["spaces as before", spaced(json()), spaced(json({ metrics: { cpu: 3, load: 4 } }))],
  ["lines as before", JSON.stringify(sample(), null, 1), JSON.stringify(sample({ host: "b" }), null, 1)],
  ["a line's end as before", `${json()}\r\n`, `${json({ host: "b" })}\r\n`],
  ["a byte order mark as before", `\ufeff${json()}`, `\ufeff${json({ host: "b" })}`],
  [
    "metrics before the host, in another order",
    '{"metrics":{"load":2,"cpu":1},"host":"a"}',
    '{"metrics":{"load":3,"cpu":4},"host":"b"}',
  ],
  [
    "names in quotes and in other scripts",
    json({ metrics: { 'é"\\': 1, "\u2028漢": 2 } }),
    json({ metrics: { 'é"\\': 3, "\u2028漢": 4 } }),
  ],
  [
    "other fields",
    json({ a: "x", b: [1, { c: "]}" }], d: 7, e: true }),
    json({ a: "y", b: [1, { c: "]}" }], d: -8.5, e: true }),
  ],
  ["gzip, after text", json(), gzipSync(json({ host: "b" }))],
  ["text, after gzip", gzipSync(json()), json({ host: "b" })],
  ["a record v1 of other rows", jsonV1(), jsonV1({ boot: 1, seq: 99, t: [START], rows: [[0.25, null]] })],
  ["a record v1 by its schema", jsonV1(nameless), jsonV1({ ...nameless, host: "b", group: "db", seq: 3 })],
  ["a record v1 without a group", jsonV1({ group: undefined }), jsonV1({ group: undefined, host: "b" })],
  ["a record v1, gzipped", gzipSync(jsonV1()), gzipSync(jsonV1({ seq: 3 }))],
  ["times with fractions and out of order", jsonV1(), jsonV1({ t: [START + STEP + 0.6, START - 0.5] })],
];

test.each(alike)("%s: read without JSON.parse, as with it", (_, before, record) => {
  expect(read(record, schemasAfter([before]))).toEqual(read(record, schemasAfter([])));
  expect(parsesOf(record, schemasAfter([before]))).toBe(0);
  expect(parsesOf(record, schemasAfter([]))).toBeGreaterThan(0);
});

const v1 = jsonV1();
const unlike: readonly (readonly [string, Sent, Sent])[] = [
  ["an escape in a host", json(), json().replace("web-07", "web\\u002d07")],
  ["a host in another script", json(), json({ host: "é" })],
  ["a host with a control character", json(), json({ host: "web\u007f" })],
  ["a host too long", json(), json({ host: "h".repeat(257) })],
  ["an empty host", json(), json({ host: "" })],
  ["a host that is a number", json(), json({ host: 7 })],
  ["a time that is none", json(), json({ time: 1e15 })],
  ["a time in words", json(), json({ time: "now" })],
  ["beyond the largest value", json(), json({ metrics: { cpu: 1.1e100, load: 2 } })],
  ["a text for a metric", json(), json({ metrics: { cpu: "7", load: 2 } })],
  ["a metric more", json(), json({ metrics: { cpu: 1, load: 2, mem: 3 } })],
  ["a metric fewer", json(), json({ metrics: { cpu: 1 } })],
  ["metrics in another order", json(), json({ metrics: { load: 2, cpu: 1 } })],
  ["a metric twice", json(), json().replace('"load":2', '"load":2,"load":3')],
  ["a host twice", json().replace('{"host"', '{"host":"x","host"'), json().replace('{"host"', '{"host":"y","host"')],
  ["other spaces", json(), spaced(json())],
  ["a second document", json(), `${json()}\n${json()}`],
  ["a word after the record", json(), `${json()}x`],
  ["a leading zero", json(), json().replace('"cpu":1', '"cpu":01')],
  ["no number at all", json(), json().replace('"cpu":1', '"cpu":')],
  ["another version", v1, jsonV1({ v: 2 })],
  ["a version with more digits", v1, v1.replace('"v":1', '"v":1.0')],
  ["other names", v1, v1.replace('"load"]', '"lead"]').replace('"schema":"b8c018eb",', "")],
  ["another schema", jsonV1(nameless), jsonV1({ ...nameless, schema: "00000000" })],
  ["no rows", v1, jsonV1({ t: [], rows: [] })],
  ["a row too few", v1, jsonV1({ rows: [[1, 2]] })],
  ["a row too many", v1, jsonV1({ t: [START] })],
  ["a value too few", v1, v1.replace("[1,2]", "[1]")],
  ["a value too many", v1, v1.replace("[1,2]", "[1,2,3]")],
  ["an empty row", v1, v1.replace("[1,2]", "[]")],
  ["a time before 1970", v1, jsonV1({ t: [-1, START] })],
  ["a goodbye, after none", v1, jsonV1({ bye: true })],
  ["a goodbye, after another", jsonV1({ bye: true }), jsonV1({ bye: true })],
  ["no goodbye, after one", jsonV1({ bye: true }), v1],
  ["a plain goodbye, after another", json({ bye: true }), json({ bye: true })],
  ["601 rows", v1, jsonV1({ t: Array(601).fill(START), rows: Array(601).fill([1, 2]) })],
  [
    "rows before their times",
    '{"rows":[[1,2]],"t":[1e12],"v":1,"host":"a","schema":"b8c018eb"}',
    '{"rows":[,"t":[1e12],"v":1,"host":"a","schema":"b8c018eb"}',
  ],
];

test.each(unlike)("%s: left to JSON.parse", (_, before, record) => {
  expect(read(before, schemasAfter([])).problems).toEqual([]);
  expect(read(record, schemasAfter([before]))).toEqual(read(record, schemasAfter([])));
  expect(parsesOf(record, schemasAfter([before]))).toBeGreaterThan(0);
});

const anyName = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("cpu", "load", "host", "v", "constructor", "é", 'a"\\', "\u2028") },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }) },
);
const usual = fc.oneof(
  fc.integer().map(String),
  fc.integer().map((n) => String(n / 1000)),
  fc.constantFrom("null", "0.1", "-0"),
);
const odd = fc.oneof(
  fc.double().map(String),
  fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    ..."1e400 -1.5E+3 01 1. .5 - 1e nul true 0.30000000000000004 9007199254740993 [1 1e101 1e-300".split(" "),
  ),
);
/** Mostly values of sound records, now and then what makes them odd or broken. */
const anyValue = fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: odd });
const anyHost = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("web-07", "db") },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom("é", "", "a\u007f", "\\"), fc.string({ maxLength: 5 })) },
);
const anyTime = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1e11, max: 4e12 }).map(String) },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom('"2026-11-22T14:00Z"', '"no"', "1795356000", "1e12", "-1"), odd) },
);
const anyField = fc.tuple(
  fc.constantFrom("x", "bye", "boot", "seq", "time", "metrics", "t", "rows", "v", "__proto__"),
  odd,
);

/** A way to write a record, and records written that way with values of their own. */
const anySeries = fc
  .record({
    names: fc.uniqueArray(anyName, { minLength: 1, maxLength: 5 }),
    isV1: fc.boolean(),
    hasNames: fc.boolean(),
    rows: fc.integer({ min: 1, max: 3 }),
    fields: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(anyField, { maxLength: 2 }) },
    ),
    gap: fc.constantFrom("", "", " ", "\n\t"),
    order: fc.constantFrom(0, 0, 1, 2, 3),
  })
  .chain(({ names, isV1, hasNames, rows, fields, gap, order }) => {
    const row = fc.array(anyValue, { minLength: names.length, maxLength: names.length });
    const values = fc.record({
      host: anyHost,
      group: anyHost,
      times: fc.array(anyTime, { minLength: rows, maxLength: rows }),
      rows: fc.array(row, { minLength: rows, maxLength: rows }),
    });
    const id = new Schemas().of(names).id;
    const list = (items: readonly string[]) => `[${items.join(`,${isV1 ? "" : gap}`)}]`;
    const object = (members: readonly (readonly [string, string])[]) =>
      `{${gap}${members.map(([key, value]) => `${JSON.stringify(key)}:${gap}${value}`).join(`,${gap}`)}}`;
    const text = (sent: { host: string; group: string; times: string[]; rows: string[][] }) => {
      const members: (readonly [string, string])[] = [
        ["host", JSON.stringify(sent.host)],
        ["group", JSON.stringify(sent.group)],
      ];
      if (isV1)
        members.push(
          ["v", "1"],
          hasNames ? ["names", JSON.stringify(names)] : ["schema", `"${id}"`],
          ["t", list(sent.times)],
          ["rows", list(sent.rows.map(list))],
        );
      else
        members.push(["time", sent.times[0]!], ["metrics", object(names.map((name, i) => [name, sent.rows[0]![i]!]))]);
      members.push(...fields);
      return object([...members.slice(order), ...members.slice(0, order)]);
    };
    return fc.record({
      names: fc.constant(names),
      records: fc.array(values.map(text), { minLength: 2, maxLength: 4 }),
    });
  });

/** What may happen to bytes on their way; each is a letter of Latin-1 here. */
const anyDamage = fc.array(
  fc.record({
    at: fc.nat({ max: 400 }),
    cut: fc.nat({ max: 3 }),
    put: fc.constantFrom(
      ...["", "0", "9", "-", ".", ",", '"', "\\", "]", "}", " ", "e5", "\u0000", "\u00e3", "\u00bf"],
    ),
  }),
  { minLength: 1, maxLength: 2 },
);

function damaged(record: string, damage: readonly { at: number; cut: number; put: string }[]): Buffer {
  let text = Buffer.from(record).toString("latin1");
  for (const { at, cut, put } of damage) {
    const start = at % (text.length + 1);
    text = text.slice(0, start) + put + text.slice(start + cut);
  }
  return Buffer.from(text, "latin1");
}

test("whatever a process has seen before, a record reads the same", () => {
  let scanned = 0;
  fc.assert(
    fc.property(anySeries, anyDamage, fc.nat({ max: 3 }), fc.boolean(), ({ names, records }, damage, harm, gzipped) => {
      // Either none is damaged, or the last alone, or all alike.
      const sent = records.map((record, i) =>
        damaged(record, harm === 3 || (harm === 2 && i === records.length - 1) ? damage : []),
      );
      const [last = Buffer.of(), ...others] = sent.reverse();
      const bytes = gzipped ? gzipSync(last) : last;
      const { decoded, parses } = reading(bytes, schemasAfter(others, names));
      expect(decoded).toEqual(read(bytes, schemasAfter([], names)));
      if (parses === 0) scanned++;
    }),
    { numRuns: 5_000 },
  );
  expect(scanned).toBeGreaterThan(1_000);
});

test("a record cut short is not read, however much of it is like the last one", () => {
  for (const record of [json(), v1, jsonV1(nameless)]) {
    const schemas = schemasAfter([record]);
    for (let length = 1; length < record.length; length++) {
      const { parts, problems } = read(record.slice(0, length), schemas);
      expect({ length, parts, refused: problems.length > 0 }).toEqual({ length, parts: [], refused: true });
    }
  }
});

test("what was learned does not hang on the bytes that it was learned from", () => {
  const schemas = new Schemas();
  const bytes = Buffer.from(json());
  read(bytes, schemas);
  bytes.fill(0);
  expect(parsesOf(json({ host: "b" }), schemas)).toBe(0);
});

test("what was read stays as it was when more is read", () => {
  const schemas = new Schemas();
  const parts = [1, 2, 3].map(
    (cpu) => decodeRecord(Buffer.from(json({ metrics: { cpu, load: 9 } })), 0, schemas).parts[0],
  );
  expect(parts.map((part) => [...part!.values])).toEqual([
    [1, 9],
    [2, 9],
    [3, 9],
  ]);
});

test("a schema that was forgotten is not remembered by way of its records", () => {
  const schemas = schemasAfter([jsonV1(nameless)]);
  expect(read(jsonV1(nameless), schemas).problems).toEqual([]);
  for (let i = 0; i < 1_000; i++) schemas.of([`metric_${i}`]);
  expect(read(jsonV1(nameless), schemas)).toMatchObject({ parts: [], unknownSchema: "b8c018eb" });
});

/** Records of a kind have metrics of their own. */
const kind = (i: number, cpu = 1) => json({ metrics: { [`metric_${i}`]: cpu } });

test("eight kinds of record that take turns are read without JSON.parse", () => {
  const kinds = [0, 1, 2, 3, 4, 5, 6, 7];
  const schemas = schemasAfter(kinds.map((i) => kind(i)));
  for (let round = 0; round < 3; round++) for (const i of kinds) expect(parsesOf(kind(i, round), schemas)).toBe(0);
});

test("values that are left to JSON.parse do not teach a kind twice", () => {
  const kinds = [0, 1, 2, 3, 4, 5, 6, 7];
  const schemas = schemasAfter(kinds.map((i) => kind(i)));
  for (let n = 0; n < 100; n++) {
    expect(parsesOf(kind(7, 1e101), schemas)).toBeGreaterThan(0);
    for (const i of kinds) expect(parsesOf(kind(i), schemas)).toBe(0);
  }
});

test("kinds that never come back do not push out one in use, nor keep a new one out for long", () => {
  const schemas = schemasAfter([kind(0)]);
  for (let i = 1; i <= 400; i++) {
    expect(parsesOf(kind(0, i), schemas)).toBe(0);
    read(kind(i), schemas);
  }
  for (let i = 0; i < 65; i++) read(kind(1_000, i), schemas);
  expect(parsesOf(kind(1_000), schemas)).toBe(0);
});

test("of a long run of records that are all different, few are learned from and few compared with the others", () => {
  const schemas = new Schemas();
  for (let i = 0; i < 100; i++) read(kind(i), schemas);
  // What is learned from takes a JSON.parse for each name, and one for the record comes with it.
  let parses = 0;
  for (let i = 100; i < 740; i++) parses += parsesOf(kind(i), schemas);
  expect(parses).toBeGreaterThan(640);
  expect(parses).toBeLessThanOrEqual(640 + 4 * (640 / 64));
});

test("a kind that has not come for 32 others is forgotten, and learned again", () => {
  const schemas = schemasAfter([kind(0)]);
  for (let i = 0; i < 31; i++) read("7", schemas);
  expect(parsesOf(kind(0), schemas)).toBe(0);
  for (let i = 0; i < 32; i++) read("7", schemas);
  expect(parsesOf(kind(0), schemas)).toBeGreaterThan(0);
  expect(parsesOf(kind(0), schemas)).toBe(0);
});

test("fields without number or names without end are read as ever", () => {
  const fields = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`field_${i}`, i]));
  const long = { metrics: Object.fromEntries(Array.from({ length: 100 }, (_, i) => ["m".repeat(200) + i, i])) };
  for (const record of [json(fields), json(long)]) {
    const schemas = schemasAfter([record]);
    expect(read(record, schemas)).toEqual(read(record));
    expect(parsesOf(record, schemas)).toBeGreaterThan(0);
  }
});
