import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { decodeRecord } from "../../lib/wire/decode.ts";
import { encodeJson, encodeRecord, type OutgoingRecord } from "../../lib/wire/encode.ts";
import { METRICS_MAX } from "../../lib/wire/limits.ts";
import { isName } from "../../lib/wire/name.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { START, timeOf } from "../factories.ts";
import { ARRIVAL, read } from "./reading.ts";

function outgoing(changes: Partial<OutgoingRecord> = {}): OutgoingRecord {
  return {
    host: "web-07",
    group: "web",
    boot: 1_795_355_000,
    seq: 1,
    names: ["cpu", "load"],
    withNames: true,
    times: [START],
    rows: [[1, 2]],
    ...changes,
  };
}

const anyName = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter(isName);
const anyValue = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e100, max: 1e100, noNaN: true }) },
  { weight: 4, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.constantFrom(null, 0, -0, 5e-324, Number.MAX_SAFE_INTEGER, 0.1 + 0.2, 1 / 3) },
);
const anyRecord = fc
  .record({
    names: fc.uniqueArray(
      anyName.filter((name) => name !== "__proto__"),
      { minLength: 1, maxLength: 60 },
    ),
    samples: fc.integer({ min: 1, max: 12 }),
    host: anyName,
    group: anyName,
  })
  .chain(({ names, samples, host, group }) =>
    fc.record({
      names: fc.constant(names),
      host: fc.constant(host),
      group: fc.constant(group),
      times: fc
        .array(fc.integer({ min: 1e11, max: 4e12 }), { minLength: samples, maxLength: samples })
        .map((times) => times.sort((a, b) => a - b)),
      rows: fc.array(fc.array(anyValue, { minLength: names.length, maxLength: names.length }), {
        minLength: samples,
        maxLength: samples,
      }),
    }),
  );

/** The rounding of a value to 15 significant digits: half a unit in the last of them, and the rounding of a double. */
function isRounded(sent: number | null, got: number): boolean {
  return sent === null ? Number.isNaN(got) : Math.abs(got - sent) <= 5.3e-15 * Math.abs(sent);
}

test("decoding an encoded record gives names, times, and values to 15 digits", () => {
  fc.assert(
    fc.property(anyRecord, fc.boolean(), fc.boolean(), (record, gzipped, bye) => {
      const sent = outgoing({ ...record, bye });
      const bytes = gzipped ? encodeRecord(sent) : Buffer.from(encodeJson(sent));
      const { parts, problems, replaced } = read(bytes);
      expect({ problems, replaced, parts: parts.length }).toEqual({ problems: [], replaced: 0, parts: 1 });
      const [got] = parts;
      expect(got).toMatchObject({ host: sent.host, group: sent.group, names: sent.names, times: sent.times });
      expect(got!.bye ?? false).toBe(bye);
      const values = sent.rows.flat();
      expect(got!.values).toHaveLength(values.length);
      expect(values.filter((value, i) => !isRounded(value, got!.values[i]!))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test.each([
  [0.1 + 0.2, "0.3"],
  [1 / 3, "0.333333333333333"],
  [-12345.678901234567, "-12345.6789012346"],
  [Number.MAX_SAFE_INTEGER, "9007199254740991"],
  [1e22, "1e+22"],
  [-0, "0"],
  [Number.NaN, "null"],
  [Number.POSITIVE_INFINITY, "null"],
  [null, "null"],
])("%p is written as %s", (value, written) => {
  expect(encodeJson(outgoing({ rows: [[value, 2]] }))).toContain(`"rows":[[${written},2]]`);
});

test("a record has every field that the page promises, in that order", () => {
  expect(
    gunzipSync(
      encodeRecord(
        outgoing({
          times: [START, timeOf(1)],
          rows: [
            [1, null],
            [2, 3],
          ],
        }),
      ),
    ).toString(),
  ).toBe(
    '{"v":1,"host":"web-07","group":"web","boot":1795355000,"seq":1,"names":["cpu","load"],"schema":"b8c018eb0134ab12",' +
      '"t":[1795356000000,1795356010000],"rows":[[1,null],[2,3]]}',
  );
});

test("a goodbye is the last field", () => {
  expect(encodeJson(outgoing({ bye: true }))).toMatch(/"rows":\[\[1,2\]\],"bye":true\}$/);
});

test("a record without names is read once its names are known", () => {
  const schemas = new Schemas();
  const nameless = encodeRecord(outgoing({ withNames: false, rows: [[5, 6]] }));
  expect(read(nameless, schemas)).toEqual({
    parts: [],
    problems: [expect.stringContaining("schema b8c018eb0134ab12: names not seen")],
    replaced: 0,
    unknownSchema: "b8c018eb0134ab12",
  });
  read(encodeRecord(outgoing()), schemas);
  expect(read(nameless, schemas)).toMatchObject({ problems: [], parts: [{ names: ["cpu", "load"], values: [5, 6] }] });
});

test("a record with the largest number of metrics survives encoding and decoding", () => {
  const names = Array.from({ length: METRICS_MAX }, (_, i) => `metric_${i}`);
  const { parts, problems } = read(encodeRecord(outgoing({ names, rows: [names.map((_, i) => i / 7)] })));
  expect(problems).toEqual([]);
  expect(parts[0]!.values[255]).toBeCloseTo(255 / 7, 12);
});

describe("a record cut short", () => {
  const samples = outgoing({
    times: [START, timeOf(1), timeOf(2)],
    rows: [
      [1, 23],
      [45, 6.75],
      [null, 89],
    ],
  });
  const json = Buffer.from(encodeJson(samples));

  test.each([
    ["v1", json],
    ["gzipped v1", encodeRecord(samples)],
    ["spread over lines", Buffer.from(JSON.stringify(JSON.parse(json.toString()), null, 1))],
    ["a list of plain samples", Buffer.from('[{"host":"a","metrics":{"cpu":12}},{"host":"b","metrics":{"cpu":34}}]')],
  ])("%s is refused at every length", (_, bytes) => {
    expect(read(bytes).problems).toEqual([]);
    for (let length = 0; length < bytes.length; length++) {
      const cut = read(bytes.subarray(0, length));
      expect({ length, parts: cut.parts, refused: cut.problems.length > 0 }).toEqual({
        length,
        parts: [],
        refused: true,
      });
    }
  });

  test.each([
    ["as text", (text: Buffer) => text],
    ["and gzipped again", gzipSync],
  ])("lines %s: whole ones are kept, a broken one is named", (_, pack) => {
    const lines = [12, 34, 56].map((cpu) => JSON.stringify({ host: "a", time: START, metrics: { cpu } }));
    const text = Buffer.from(lines.join("\n"));
    for (let length = 1; length <= text.length; length++) {
      const start = text.subarray(0, length).toString();
      const whole = lines.filter((_, i) => start.length >= lines.slice(0, i + 1).join("\n").length).length;
      const isCut = start.trimEnd() !== lines.slice(0, whole).join("\n");
      const { parts, problems } = read(Buffer.from(pack(text.subarray(0, length))));
      expect({ length, values: parts.flatMap(({ values }) => values), problems: problems.length }).toEqual({
        length,
        values: [12, 34, 56].slice(0, whole),
        problems: isCut ? 1 : 0,
      });
    }
  });

  test("a flipped bit under gzip is refused, or lies in a header field without meaning", () => {
    const bytes = encodeRecord(samples);
    const sound = read(bytes).parts;
    for (let i = 0; i < bytes.length * 8; i++) {
      const flipped = Buffer.from(bytes);
      flipped[i >> 3]! ^= 1 << (i & 7);
      const { parts, problems } = read(flipped);
      if (problems.length === 0) expect({ bit: i, parts }).toEqual({ bit: i, parts: sound });
    }
  });
});

test("random bytes are refused and never cause an exception", () => {
  const startsLikeARecord = fc
    .tuple(
      fc.constantFrom("{", "[", '{"v":1,', '{"host":', "\u001f\u008b", "\n", "[{"),
      fc.uint8Array({ maxLength: 60 }),
    )
    .map(([start, rest]) => Buffer.concat([Buffer.from(start, "latin1"), rest]));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        startsLikeARecord,
      ),
      (bytes) => {
        const { parts, problems } = decodeRecord(bytes, ARRIVAL, new Schemas());
        expect({ parts, refused: problems.length > 0 || bytes.toString() === "[]" }).toEqual({
          parts: [],
          refused: true,
        });
      },
    ),
    { numRuns: 2_000 },
  );
});

test("any JSON is read or refused and never causes an exception", () => {
  const anyField = fc.oneof(fc.jsonValue(), fc.constantFrom("web-07", START, 1));
  const nearlyV1 = fc.record(
    {
      v: fc.constantFrom(1, 1, 1, 2, "1"),
      host: anyField,
      group: anyField,
      names: anyField,
      schema: anyField,
      t: anyField,
      rows: anyField,
    },
    { requiredKeys: ["v"] },
  );
  const nearlyPlain = fc.record(
    { host: anyField, time: anyField, metrics: anyField, group: anyField },
    { requiredKeys: [] },
  );
  const document = fc.oneof(fc.jsonValue(), nearlyV1, nearlyPlain, fc.array(nearlyPlain, { maxLength: 5 }));
  fc.assert(
    fc.property(document, (value) => {
      const { parts, problems } = read(JSON.stringify(value));
      const isEmpty = Array.isArray(value) && value.length === 0;
      expect(parts.length > 0 || problems.length > 0 || isEmpty).toBe(true);
      expect(parts.flatMap(({ values }) => values).filter((x) => Math.abs(x) > 1e100)).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
