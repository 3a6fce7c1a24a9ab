import { gzipSync } from "node:zlib";
import { parseTime } from "../../lib/wire/date.ts";
import { START, STEP, sample } from "../factories.ts";
import { ARRIVAL, read } from "./reading.ts";

const [a, b, c] = [1, 2, 3].map((cpu) => sample({ time: START + cpu, metrics: { cpu } }));
const lines = [a, b, c].map((document) => JSON.stringify(document));

test("one sample is one part", () => {
  expect(read(sample())).toEqual({
    parts: [{ host: "web-07", group: "default", names: ["cpu", "load"], times: [START], values: [1, 2] }],
    problems: [],
    replaced: 0,
  });
});

test.each([
  ["a list", JSON.stringify([a, b, c])],
  ["a list over lines", JSON.stringify([a, b, c], null, 1)],
  ["lines", lines.join("\n")],
  ["lines, the last one ended", `${lines.join("\n")}\n`],
  ["lines ended by CRLF", `${lines.join("\r\n")}\r\n`],
  ["lines with blank ones between", lines.join("\n\n  \r\n")],
  ["lines after a byte order mark", `\ufeff${lines.join("\n")}`],
  ["lines after white space", `\n \t${lines.join("\n")}`],
  ["a list after a byte order mark and white space", `\ufeff\r\n${JSON.stringify([a, b, c])}`],
  ["gzipped lines", gzipSync(lines.join("\n"))],
  ["a gzipped list after a byte order mark", gzipSync(`\ufeff${JSON.stringify([a, b, c])}`)],
])("samples are read as %s", (_, record) => {
  expect(read(record)).toEqual({
    parts: [
      { host: "web-07", group: "default", names: ["cpu"], times: [START + 1, START + 2, START + 3], values: [1, 2, 3] },
    ],
    problems: [],
    replaced: 0,
  });
});

test("adjacent samples of one host, group and set of metrics are one part; order is kept", () => {
  const documents = [
    sample({ host: "a", metrics: { cpu: 1 } }),
    sample({ host: "a", metrics: { cpu: 2 } }),
    sample({ host: "b", metrics: { cpu: 3 } }),
    sample({ host: "a", metrics: { cpu: 4 } }),
    sample({ host: "a", group: "web", metrics: { cpu: 5 } }),
    sample({ host: "a", group: "web", metrics: { cpu: 6, load: 7 } }),
  ];
  expect(read(documents).parts.map(({ host, group, values }) => [host, group, values])).toEqual([
    ["a", "default", [1, 2]],
    ["b", "default", [3]],
    ["a", "default", [4]],
    ["a", "web", [5]],
    ["a", "web", [6, 7]],
  ]);
});

test("metrics are identified by name, in whatever order they come", () => {
  const documents = [sample({ metrics: { load: 2, cpu: 1 } }), sample({ metrics: { cpu: 3, load: 4 } })];
  expect(read(documents).parts).toMatchObject([{ names: ["cpu", "load"], values: [1, 2, 3, 4] }]);
});

test("a metric more or fewer makes another set of names", () => {
  const documents = [
    { cpu: 1, load: 2 },
    { cpu: 3 },
    { cpu: 4, load: 5 },
    { cpu: 6, load: 7, mem: 8 },
    { cpu: 9, mem: 10 },
  ];
  expect(
    read(documents.map((metrics) => sample({ metrics }))).parts.map(({ names, values }) => [names, values]),
  ).toEqual([
    [
      ["cpu", "load"],
      [1, 2],
    ],
    [["cpu"], [3]],
    [
      ["cpu", "load"],
      [4, 5],
    ],
    [
      ["cpu", "load", "mem"],
      [6, 7, 8],
    ],
    [
      ["cpu", "mem"],
      [9, 10],
    ],
  ]);
});

test.each(["null", "1e400", "-1e400", "1.1e100", '"7"', "true", "[1]", '{"a":1}'])("%s counts as missing", (value) => {
  const record = `{"host":"a","time":${START},"metrics":{"cpu":${value},"load":2}}`;
  expect(read(record)).toMatchObject({
    parts: [{ values: [Number.NaN, 2] }],
    problems: [],
    replaced: value === "null" ? 0 : 1,
  });
});

const NAME_RULE = "use a text of 1 to 256 characters without control characters";
const unusable: readonly (readonly [string, unknown, string])[] = [
  ["a number", 7, "no JSON object"],
  ["null", null, "no JSON object"],
  ["a list", [a], "no JSON object"],
  ["no host", { metrics: { cpu: 1 } }, `host undefined: ${NAME_RULE}`],
  ["an empty host", sample({ host: "" }), `host "": ${NAME_RULE}`],
  ["a host that turns the text around", sample({ host: "a\u202e" }), `host "a\u202e": ${NAME_RULE}`],
  ["a host of two lines", sample({ host: "a\u2028b" }), `host "a\u2028b": ${NAME_RULE}`],
  ["a host with control characters", sample({ host: "a\u0007" }), `host "a\\u0007": ${NAME_RULE}`],
  ["a host with half a character", sample({ host: "\udc00" }), `host "\\udc00": ${NAME_RULE}`],
  ["a host too long", sample({ host: "h".repeat(257) }), `host "${"h".repeat(80)}": ${NAME_RULE}`],
  ["a group that is a number", sample({ group: 1 }), `group 1: ${NAME_RULE}`],
  ["no metrics", sample({ metrics: undefined }), "no metrics: send"],
  ["metrics in a list", sample({ metrics: [1, 2] }), "no metrics: send"],
  ["no metric", sample({ metrics: {} }), "no metrics: send at least one"],
  ["a metric without a name", sample({ metrics: { "": 1 } }), `metric name "": ${NAME_RULE}`],
  [
    "a time in words",
    sample({ time: "yesterday" }),
    'time "yesterday": use milliseconds or seconds since 1970, or ISO 8601',
  ],
  ["a time in the year 2100", sample({ time: 4_102_444_800_000 }), "time 4102444800000: use"],
  ["a record v1", { v: 1, host: "a", names: ["cpu"], t: [START], rows: [[1]] }, "no metrics: send"],
];

test.each(unusable)("between good samples, %s is named and the others are kept", (_, document, problem) => {
  expect(read([a, document, c])).toMatchObject({
    parts: [{ values: [1, 3] }],
    problems: [expect.stringContaining(`sample 2: ${problem}`)],
  });
  expect(read([a, document, c].map((x) => JSON.stringify(x)).join("\n\n")).problems).toEqual([
    expect.stringContaining(`sample 2: ${problem}`),
  ]);
});

test.each(unusable.filter(([, document]) => typeof document === "object" && document !== null && !("v" in document)))(
  "alone, %s is refused",
  (_, document, problem) => {
    const { parts, problems } = read(Array.isArray(document) ? [document] : document);
    expect({ parts, problems }).toEqual({ parts: [], problems: [expect.stringMatching(/^(?!sample)/)] });
    expect(problems[0]).toContain(problem);
  },
);

test("a broken line is named by its position among the others, like every bad sample", () => {
  const { parts, problems } = read([lines[0], '{"host":', "7", lines[2]].join("\n"));
  expect(parts).toMatchObject([{ values: [1, 3] }]);
  expect(problems).toEqual([expect.stringContaining("sample 2: broken JSON"), "sample 3: no JSON object"]);
});

test.each([
  ["milliseconds", START, START],
  ["milliseconds with a fraction", START + 0.6, START + 1],
  ["seconds", START / 1000, START],
  ["seconds with a fraction", START / 1000 + 0.25, START + 250],
  ["the first number taken for seconds, in 1973", 1e8, 1e11],
  ["the first number taken for milliseconds", 1e11, 1e11],
  ["ISO 8601", "2026-11-22T14:00:00Z", START],
  ["ISO 8601 with a fraction", "2026-11-22T14:00:00.250Z", START + 250],
  ["ISO 8601 with microseconds", "2026-11-22T14:00:00.250499Z", START + 250],
  ["ISO 8601 with an offset", "2026-11-22T15:30:00+01:30", START],
  ["ISO 8601 with a comma before the fraction", "2026-11-22T14:00:00,250Z", START + 250],
  ["ISO 8601 in small letters", "2026-11-22t14:00:00z", START],
  ["ISO 8601 with an offset without a colon", "2026-11-22T15:30:00+0130", START],
  ["ISO 8601 with an offset of hours", "2026-11-22 15:00:00 +01", START],
  ["ISO 8601 in UTC by name", "2026-11-22 14:00:00 UTC", START],
  // https://hpiers.obspm.fr/iers/bul/bulc/bulletinc.52: 23:59:60 came before 2017 began, at 1483228800.
  ["a leap second", "2016-12-31T23:59:60Z", 1_483_228_800_000],
  ["microseconds", START * 1000 + 400, START],
  ["nanoseconds", START * 1e6, START],
  ["milliseconds in a text", `${START}`, START],
  ["seconds with a fraction in a text", `${START / 1000}.25`, START + 250],
  ["nanoseconds in a text", `${START}000000`, START],
  ["ISO 8601 without seconds", "2026-11-22T14:00Z", START],
  ["ISO 8601 with a space", "2026-11-22 14:00:00Z", START],
  ["ISO 8601 without a zone, which is UTC", "2026-11-22T14:00:00", START],
  ["a date, which is its midnight in UTC", "2026-11-22", START - 14 * 3_600_000],
  ["no time at all, which is the arrival's", undefined, ARRIVAL],
  ["null, which is none", null, ARRIVAL],
])("a time is read as %s", (_, time, expected) => {
  expect(read(sample({ time })).parts[0]?.times).toEqual([expected]);
});

test.each([
  ...[
    "",
    "14:00",
    "2026",
    "2026-11",
    "17953560",
    "sample 7",
    "Nov 22 2026",
    "2026-02-30",
    "2026-13-01",
    "2026-11-22T25:00Z",
  ],
  ...["2026-11-22T14:00:00+1", " 2026-11-22", "1969-12-31", "2100-01-01", "3026-11-22T14:00:00Z"],
  ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, 4_102_444_800_000, 1e300, null, true, {}, [START]],
])("%j is no time", (time) => {
  expect(parseTime(time)).toBeNaN();
});

test("a goodbye ends its part, and a later sample begins another", () => {
  const sent = [0, 1, 2].map((n) => sample({ time: START + n * STEP, ...(n === 1 ? { bye: true } : {}) }));
  const { parts, problems } = read(sent);
  expect(problems).toEqual([]);
  expect(parts.map(({ times, bye }) => ({ times, bye }))).toEqual([
    { times: [START, START + STEP], bye: true },
    { times: [START + 2 * STEP] },
  ]);
});
