// Large records that repeat one part many times. Each would take minutes to hours if its parts were read in pairs.
import { START } from "../../factories.ts";
import { readSamples } from "./reading.ts";

const SECONDS = START / 1000;
const MANY = 30_000;
const LONG = "x".repeat(1_000_000);
const many = <T>(one: T): readonly T[] => Array<T>(MANY).fill(one);

const numbered = (prefix: string) => Object.fromEntries(many(1).map((one, i) => [`${prefix}${i}`, one]));

test.each<readonly [string, unknown]>([
  ["braces in a line of Prometheus", `up{${"} 1 #".repeat(MANY)}\rx`],
  ["white space behind many labels of Prometheus", `up{${'a="b",'.repeat(MANY)}${" ".repeat(MANY)}} 1`],
  ["digits that are no number of Prometheus", `up ${"1".repeat(1_000_000)}x`],
  ["digits that are no number of Graphite", `a.b ${"1".repeat(1_000_000)}x ${SECONDS}`],
  ["digits that are no number of influx", `cpu,host=web-07 user=${"1".repeat(1_000_000)}x`],
  [
    "declarations of one list in embedded metric format",
    { _aws: { CloudWatchMetrics: [{ Metrics: many({ Name: "cpu" }) }] }, host: "web-07", cpu: many(1) },
  ],
  ["numbers below a long name", { host: "web-07", [LONG]: numbered("a") }],
  ["a line of Netdata without its context", `{"host":"a"}\n{${'"chart_id":"x",'.repeat(MANY)}"z":{}}`],
  [
    "labels and samples of one series of remote write",
    {
      timeseries: [{ labels: { __name__: "up", ...numbered("label") }, samples: many({ value: 1, timestamp: START }) }],
    },
  ],
  [
    "samples of one series of Go with a long job",
    { timeseries: [{ labels: { __name__: "go_x", job: LONG }, samples: many({ value: 1, timestamp: START }) }] },
  ],
])("%s take no more time than their bytes", (_, record) => {
  expect(readSamples(record, "web-07").samples.length).toBeLessThanOrEqual(1);
});
