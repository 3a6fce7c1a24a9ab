// The cut parts say the same as the whole, and nothing twice.
import { halvesOf } from "../../lib/listen/halves.ts";
import { START } from "../factories.ts";
import { otlpBytes } from "../wire/senders/corpus/open-telemetry.ts";
import { CORPUS } from "../wire/senders/corpus.ts";
import { bytesOf, readSamples } from "../wire/senders/reading.ts";

const KEY = "web-07";

/** Every value of a record, as "host time metric value". */
function valuesIn(bytes: Buffer): readonly string[] {
  return readSamples(bytes, KEY)
    .samples.flatMap(({ host, time, metrics }) =>
      Object.entries(metrics).map(([name, value]) => `${host} ${time} ${name} ${value}`),
    )
    .sort();
}

/** The smallest parts that a record can be cut into. */
function crumbsOf(bytes: Buffer): readonly Buffer[] {
  return halvesOf(bytes)?.flatMap(crumbsOf) ?? [bytes];
}

/** Records whose lines depend on one another, so that a cut text says something else. */
const WHOLE = /Prometheus text|StatsD/;
const cuttable = CORPUS.filter(({ shape, problems }) => !problems && !WHOLE.test(shape)).flatMap(
  ({ shape, record }) => {
    const bytes = bytesOf(record);
    return halvesOf(bytes) ? [[shape, bytes] as const] : [];
  },
);

test.each(cuttable)("%s, cut to its smallest pieces, has the same values", (_, bytes) => {
  const crumbs = crumbsOf(bytes);
  expect(crumbs.length).toBeGreaterThan(1);
  expect(crumbs.flatMap(valuesIn).sort()).toEqual(valuesIn(bytes));
});

test("OTLP is cut to its points, and remote write to its samples", () => {
  // The fixture has seven metrics of one point each; one of them has no value.
  expect(crumbsOf(otlpBytes)).toHaveLength(7);
  const json = {
    resourceMetrics: [
      {
        resource: { attributes: [{ key: "host.name", value: { stringValue: "web-07" } }] },
        scopeMetrics: [
          {
            metrics: [
              {
                name: "load",
                gauge: { dataPoints: [0, 1, 2].map((i) => ({ timeUnixNano: `${START + i}000000`, asDouble: i })) },
              },
            ],
          },
        ],
      },
    ],
  };
  expect(crumbsOf(Buffer.from(JSON.stringify(json)))).toHaveLength(3);
});

test("the halves of a large body have about the same size", () => {
  const lines = Array.from({ length: 1_000 }, (_, i) => `cpu,host=web-07 usage=${i} ${START + i}`).join("\n");
  for (const half of halvesOf(Buffer.from(lines)) ?? [])
    expect(Math.abs(half.length / lines.length - 0.5)).toBeLessThan(0.01);
});

test.each([
  ["one sample", '{"host":"web-07","metrics":{"cpu":1}}'],
  ["one sample on several lines", JSON.stringify({ host: "web-07", metrics: { cpu: 1, load: 2 } }, null, 2)],
  ["one line", "cpu,host=web-07 usage=1"],
  ["one line with its end", "cpu,host=web-07 usage=1\n"],
  ["one element", '[{"host":"web-07","cpu":1}]'],
  ["nothing", ""],
  ["a line feed", "\n"],
  ["lists within lists by the thousand", "[".repeat(100_000) + "]".repeat(100_000)],
  ["objects within objects by the thousand", `[${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)},1]`],
])("%s has no halves", (_, text) => {
  expect(halvesOf(Buffer.from(text))).toBeUndefined();
});
