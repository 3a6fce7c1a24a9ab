import { gzipSync } from "node:zlib";
import { Schemas } from "../../lib/wire/schemas.ts";
import { recordV1, START, STEP } from "../factories.ts";
import { read } from "./reading.ts";

const good = {
  parts: [{ host: "web-07", group: "web", names: ["cpu", "load"], times: [START, START + STEP], values: [1, 2, 3, 4] }],
  problems: [],
  replaced: 0,
};

test.each([
  ["as it is", JSON.stringify(recordV1())],
  ["gzipped", gzipSync(JSON.stringify(recordV1()))],
  ["with a byte order mark", `\ufeff${JSON.stringify(recordV1())}`],
  ["with white space around", ` \r\n\t${JSON.stringify(recordV1())}\n`],
  ["spread over lines", JSON.stringify(recordV1(), null, 2)],
  ["as the only element of a list", JSON.stringify([recordV1()])],
  ["gzipped in two members", Buffer.concat(['{"v":1,', JSON.stringify(recordV1()).slice(7)].map((s) => gzipSync(s)))],
  ["with a field of a later version", JSON.stringify(recordV1({ colour: "red" }))],
  ["without boot and seq", JSON.stringify(recordV1({ boot: undefined, seq: undefined }))],
  ["without the schema's id", JSON.stringify(recordV1({ schema: undefined }))],
])("a good record is read %s", (_, record) => {
  expect(read(record)).toEqual(good);
});

test.each([
  [true, { bye: true }],
  [false, {}],
  [1, {}],
  ["true", {}],
])("a goodbye of %p is %j", (bye, expected) => {
  const [part] = read(recordV1({ bye })).parts;
  expect(part).toEqual({ ...good.parts[0], ...expected });
});

test("a goodbye without samples has no effect", () => {
  expect(read(recordV1({ t: [], rows: [], bye: true }))).toEqual({ parts: [], problems: [], replaced: 0 });
});

test("a host without a group belongs to the default one", () => {
  expect(read(recordV1({ group: undefined })).parts[0]).toMatchObject({ group: "default" });
});

test("a record without samples gives no part and no problem", () => {
  expect(read(recordV1({ t: [], rows: [] }))).toEqual({ parts: [], problems: [], replaced: 0 });
});

test("a value that is no number is missing, and counted unless it was null", () => {
  const record = JSON.stringify(
    recordV1({
      rows: [
        [null, "7"],
        ["<bad>", true],
      ],
    }),
  );
  expect(read(record)).toMatchObject({
    parts: [{ values: [Number.NaN, Number.NaN, Number.NaN, Number.NaN] }],
    replaced: 3,
  });
});

test.each(["1e400", "-1e400", "1.1e100", "-1.1e100", '"NaN"', "[1]", "{}", "false"])(
  "%s counts as missing",
  (value) => {
    const record = JSON.stringify(recordV1()).replace("[1,2]", `[${value},2]`);
    expect(read(record)).toMatchObject({ parts: [{ values: [Number.NaN, 2, 3, 4] }], problems: [], replaced: 1 });
  },
);

test.each([1e100, -1e100, 5e-324, 0])("%p is a measurement", (value) => {
  expect(
    read(
      recordV1({
        rows: [
          [value, 2],
          [3, 4],
        ],
      }),
    ),
  ).toMatchObject({ parts: [{ values: [value, 2, 3, 4] }], replaced: 0 });
});

test("NaN is not JSON: such a record is refused", () => {
  expect(read(JSON.stringify(recordV1()).replace("[1,2]", "[NaN,2]"))).toMatchObject({
    parts: [],
    problems: [expect.stringContaining("broken JSON")],
  });
});

const deep = "[".repeat(100_000) + "]".repeat(100_000);

test.each([
  ["another version", { v: 2 }, "record version 2: this scorer reads version 1"],
  ["a version as text", { v: "1" }, 'record version "1": this scorer reads version 1'],
  ["no host", { host: undefined }, "host undefined: use a text of 1 to 256 characters without control characters"],
  ["an empty host", { host: "" }, 'host "": use a text'],
  ["a host that is a number", { host: 7 }, "host 7: use a text"],
  ["a host with a line break", { host: "web\n07" }, 'host "web\\n07": use a text'],
  ["a host with half a character", { host: "web\ud800" }, 'host "web\\ud800": use a text'],
  ["a host too long", { host: "w".repeat(257) }, `host "${"w".repeat(80)}": use a text`],
  ["an empty group", { group: "" }, 'group "": use a text'],
  ["a group that is null", { group: null }, "group null: use a text"],
  ["neither names nor schema", { names: undefined, schema: undefined }, "neither names nor schema"],
  [
    "a schema that is no id",
    { names: undefined, schema: "../etc" },
    'schema "../etc": an id has 16 hexadecimal digits',
  ],
  ["a schema that is a number", { names: undefined, schema: 12345678 }, "schema 12345678: an id has 16"],
  [
    "the schema of other names",
    { schema: "ad71cfd011090cea" },
    'schema "ad71cfd011090cea": these names have the id b8c018eb0134ab12',
  ],
  ["names that are no list", { names: "cpu" }, "names: send a list of texts"],
  ["no names", { names: [], schema: undefined }, "no metrics: send at least one"],
  ["a name twice", { names: ["cpu", "cpu"], schema: undefined }, 'metric name "cpu" twice: names must differ'],
  ["an empty name", { names: ["cpu", ""], schema: undefined }, 'metric name "": use a text'],
  ["a name that is a number", { names: ["cpu", 7], schema: undefined }, "metric name 7: use a text"],
  ["the name __proto__", { names: ["cpu", "__proto__"], schema: undefined }, 'metric name "__proto__": choose another'],
  ["no times", { t: undefined }, "t and rows: send two lists of equal length"],
  ["no rows", { rows: {} }, "t and rows: send two lists of equal length"],
  ["a time too many", { t: [START, START + 1, START + 2] }, "3 times for 2 rows: send one time per row"],
  ["a time as text", { t: [START, "2026-11-22T14:00:00Z"] }, 't[1]: "2026-11-22T14:00:00Z" is no time in milliseconds'],
  ["a time that is null", { t: [null, START] }, "t[0]: null is no time in milliseconds"],
  ["a time before 1970", { t: [-1, START] }, "t[0]: -1 is no time"],
  ["a time after 2100", { t: [START, 4_102_444_800_001] }, "t[1]: 4102444800001 is no time"],
  ["a row that is no list", { rows: [[1, 2], "34"] }, "row 1 is no list"],
  ["a short row", { rows: [[1, 2], [3]] }, "row 1: 1 values for 2 names"],
  [
    "a long row",
    {
      rows: [
        [1, 2, 3],
        [3, 4],
      ],
    },
    "row 0: 3 values for 2 names",
  ],
])("%s is refused, and the reason says so", (_, changes, problem) => {
  expect(read(recordV1(changes))).toEqual({ parts: [], problems: [expect.stringContaining(problem)], replaced: 0 });
});

test("a record whose names are unknown gives no part, and asks for them by its schema", () => {
  const schemas = new Schemas();
  read(recordV1({ names: ["load", "cpu"], schema: undefined }), schemas);
  expect(read(recordV1({ names: undefined }), schemas)).toMatchObject({ unknownSchema: "b8c018eb0134ab12", parts: [] });
});

test.each(["b8c018eb0134ab12", "b8c018eb"])(
  "names may come with the id %s, and a later record with the id alone",
  (id) => {
    const schemas = new Schemas();
    expect(read(recordV1({ schema: id }), schemas).problems).toEqual([]);
    expect(read(recordV1({ names: undefined, schema: id }), schemas)).toMatchObject({
      problems: [],
      parts: [{ names: ["cpu", "load"], values: [1, 2, 3, 4] }],
    });
  },
);

test("a broken record does not ask for names", () => {
  expect(read(recordV1({ names: undefined, t: [] }))).not.toHaveProperty("unknownSchema");
});

test.each(["v", "host", "group", "schema", "names", "t", "rows"])(
  "%s nested without end is refused in a short sentence",
  (field) => {
    const whole = JSON.stringify(recordV1({ [field]: "DEEP" }));
    for (const nested of [deep, `[${deep}]`]) {
      const { parts, problems } = read(whole.replace('"DEEP"', nested));
      expect({ parts, problems: problems.map((problem) => problem.length < 200) }).toEqual({
        parts: [],
        problems: [true],
      });
    }
  },
);

test.each(["v", "host", "group", "schema"])("%s of a megabyte is refused in a short sentence", (field) => {
  const { parts, problems } = read(recordV1({ [field]: "é".repeat(500_000), names: undefined }));
  expect({ parts, problems: problems.map((problem) => problem.length < 200) }).toEqual({ parts: [], problems: [true] });
});

test("samples are put in the order of time, equal times as sent", () => {
  const { parts } = read(
    recordV1({
      t: [START + 20, START, START + 20, START + 10],
      rows: [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
    }),
  );
  expect(parts).toMatchObject([
    {
      times: [START, START + 10, START + 20, START + 20],
      values: [3, 4, 7, 8, 1, 2, 5, 6],
    },
  ]);
});
