import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { decodeRecord } from "../../lib/wire/decode.ts";
import { Schemas, schemaId } from "../../lib/wire/schemas.ts";
import { recordV1, sample } from "../factories.ts";
import { ARRIVAL, read } from "./reading.ts";

/** Schemas that know names and have seen the records. */
function schemasAfter(records: readonly Buffer[], names: readonly string[]): Schemas {
  const schemas = new Schemas();
  schemas.of(names);
  for (const record of records) read(record, schemas);
  return schemas;
}

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
/** Mostly values of sound records, sometimes odd or broken ones. */
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

/** One way to write a record, and several records written that way. */
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
    const id = schemaId(names);
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

/** Damage to bytes on their way; each is a letter of Latin-1 here. */
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

test("a record reads the same whatever the process has read before", () => {
  fc.assert(
    fc.property(anySeries, anyDamage, fc.nat({ max: 3 }), fc.boolean(), ({ names, records }, damage, harm, gzipped) => {
      // Either none is damaged, or the last alone, or all alike.
      const sent = records.map((record, i) =>
        damaged(record, harm === 3 || (harm === 2 && i === records.length - 1) ? damage : []),
      );
      const [last = Buffer.of(), ...others] = sent.reverse();
      const bytes = gzipped ? gzipSync(last) : last;
      expect(read(bytes, schemasAfter(others, names))).toEqual(read(bytes, schemasAfter([], names)));
    }),
    { numRuns: 2_000 },
  );
});

test("a damaged record gives sound samples or a reason, and never causes an exception", () => {
  fc.assert(
    fc.property(anySeries, anyDamage, ({ names, records }, damage) => {
      const bytes = damaged(records[0]!, damage);
      const { parts, problems } = decodeRecord(bytes, ARRIVAL, schemasAfter([], names));
      expect(parts.length + problems.length).toBeGreaterThan(0);
      for (const { reason } of problems) expect(reason).not.toBe("");
      for (const { host, group, schema, times, values } of parts) {
        for (const name of [host, group, ...schema.names]) expect(name).toMatch(/^[^\p{Cc}\p{Cs}]{1,256}$/u);
        expect(schema.names).not.toContain("__proto__");
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const time of times) expect(time >= 1e11 && time < Date.UTC(2100, 0)).toBe(true);
        expect(values.length).toBe(times.length * schema.names.length);
        for (const value of values) expect(Number.isNaN(value) || Math.abs(value) <= 1e100).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("the values of a record are the sent ones, bit for bit", () => {
  const anyMeasurement = fc.double({ min: -1e100, max: 1e100, noNaN: true });
  fc.assert(
    fc.property(fc.array(anyMeasurement, { minLength: 1, maxLength: 5 }), (sent) => {
      const written = sent.map((value) => (Object.is(value, -0) ? "-0" : String(value)));
      const names = sent.map((_, i) => `m${i}`);
      const plain = `{"host":"a","metrics":{${written.map((value, i) => `"m${i}":${value}`).join()}}}`;
      const rows = `{"v":1,"host":"a","names":${JSON.stringify(names)},"t":[1e12],"rows":[[${written.join()}]]}`;
      for (const record of [plain, rows]) expect(read(record).parts[0]?.values).toEqual(sent);
    }),
  );
});

test("a record cut short is not read", () => {
  for (const record of [sample(), recordV1(), recordV1({ names: undefined })].map((one) => JSON.stringify(one))) {
    const schemas = schemasAfter([Buffer.from(record)], ["cpu", "load"]);
    for (let length = 1; length < record.length; length++) {
      const { parts, problems } = read(record.slice(0, length), schemas);
      expect({ length, parts, refused: problems.length > 0 }).toEqual({ length, parts: [], refused: true });
    }
  }
});

test("reading another record does not change the parts that were read before", () => {
  const schemas = new Schemas();
  const parts = [1, 2, 3].map((cpu) => {
    const record = JSON.stringify(sample({ metrics: { cpu, load: 9 } }));
    return decodeRecord(Buffer.from(record), 0, schemas).parts[0];
  });
  expect(parts.map((part) => [...part!.values])).toEqual([
    [1, 9],
    [2, 9],
    [3, 9],
  ]);
});

test("the decoder asks again for a schema that it has forgotten", () => {
  const record = recordV1({ names: undefined });
  const schemas = schemasAfter([], ["cpu", "load"]);
  expect(read(record, schemas).problems).toEqual([]);
  for (let i = 0; i < 1_000; i++) schemas.of([`metric_${i}`]);
  expect(read(record, schemas)).toMatchObject({ parts: [], unknownSchema: "b8c018eb0134ab12" });
});

test("a record may have 300 other fields, or names of 20,000 characters in all", () => {
  const fields = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`field_${i}`, i]));
  const long = Object.fromEntries(Array.from({ length: 100 }, (_, i) => ["m".repeat(200) + i, i]));
  expect(read(sample(fields))).toEqual(read(sample()));
  expect(read(sample({ metrics: long }))).toMatchObject({ problems: [], parts: [{ names: Object.keys(long).sort() }] });
});

test("a repeated key counts with its last value", () => {
  const twice = JSON.stringify(sample()).replace('"load":2', '"load":2,"load":3');
  expect(read(twice).parts).toMatchObject([{ names: ["cpu", "load"], values: [1, 3] }]);
});
