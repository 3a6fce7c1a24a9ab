import { gzipSync } from "node:zlib";
import { START, sample } from "../../factories.ts";
import { readSamples } from "./reading.ts";

const SECONDS = START / 1000;
/** The end is missing: by compress of snappyjs 0.7, of {"host":"web-07","metrics":{"cpu":1,"mem":2}} */
const SNAPPY = "LbB7Imhvc3QiOiJ3ZWItMDciLCJtZXRyaWNzIjp7ImNwdSI6MSwibWVt";

/** By protobufjs 7.2.4 and the .proto files of opentelemetry-proto: a log record whose text reads as a value, a span. */
const OTLP_LOGS = `Cj4KFwoVCglob3N0Lm5hbWUSCAoGd2ViLTA3EiMSIQkAwF0RxWLqGBoESU5GTyoQCg4hMTIzNDU2NzggZG9uZQ==`;
const OTLP_TRACES = `ClIKFwoVCglob3N0Lm5hbWUSCAoGd2ViLTA3EjcSNQoQjyoAwdTl9gcYKTpLXG1+jxIIwdTl9gcYKTAqBUdFVCAvOQDAXRHFYuoYQQDAXRHFYu
oY`;

test.each<readonly [string, unknown, string]>([
  [
    "Telegraf's carbon2",
    `metric=cpu field=usage_idle cpu=cpu-total host=web-07  82.38 ${SECONDS}`,
    'Telegraf\'s carbon2: set data_format = "json"',
  ],
  [
    "Telegraf's wavefront",
    `"cpu.usage.idle" 82.38 ${SECONDS} source="web-07" "cpu"="cpu-total"`,
    'Telegraf\'s wavefront: set data_format = "json"',
  ],
  [
    "Telegraf's splunkmetric",
    { time: SECONDS, event: "metric", host: "web-07", fields: { _value: 82.38, metric_name: "cpu.usage_idle" } },
    'Splunk\'s metric format: in Telegraf, set data_format = "json"',
  ],
  [
    "osquery",
    { name: "load", hostIdentifier: "web-07", unixTime: SECONDS, columns: { period: "1m", average: "3.72" } },
    "osquery's result log",
  ],
  ["OTLP logs", { resourceLogs: [{ scopeLogs: [] }] }, "OTLP logs or traces"],
  ["OTLP logs in protobuf", Buffer.from(OTLP_LOGS, "base64"), "OTLP logs or traces"],
  ["OTLP traces in protobuf", Buffer.from(OTLP_TRACES, "base64"), "OTLP logs or traces"],
  ["OTLP traces", { resourceSpans: [] }, "OTLP logs or traces"],
  ["an event of EventBridge", { version: "0", "detail-type": "Scheduled", detail: { n: 1 } }, "EventBridge"],
  ["an event of Zabbix", { clock: SECONDS, ns: 0, value: 1, eventid: 42, name: "down", hosts: [] }, "Zabbix's events"],
  ["a log line", { host: "web-07", log: "GET / 200", status: 200 }, "a log line"],
  ["CSV", "timestamp,cpu_percent,memory_percent\n1795356000,17.6,15.95\n", "CSV: send the file with fleetwarden send"],
  ["CSV without a head", "1795356000,web-07,17.6\n1795356010,web-07,17.9\n", "CSV: "],
  ["syslog", "<34>1 2026-11-22T14:00:00Z web-07 su - - hello", "syslog"],
  ["XML", "<?xml version='1.0'?><metrics/>", "XML"],
  ["broken snappy", Buffer.from(SNAPPY, "base64"), "snappy that is broken"],
  ["framed snappy", Buffer.from("ff060000734e61507059002d00000000", "hex"), "framed snappy"],
  ["JSON in base64", Buffer.from(JSON.stringify(sample())).toString("base64"), "base64: it is encoded twice"],
  ["gzip in base64", gzipSync(JSON.stringify(sample())).toString("base64"), "base64: it is encoded twice"],
  // The AWS CLI takes --data for base64 and skips all other characters: quotes, braces, colons.
  [
    "what the AWS CLI made of JSON",
    Buffer.from("hostweb07time20261122T140000Zmetricscpuuserpercent125load1m0", "base64"),
    "your AWS CLI base64-decoded it",
  ],
  [
    "a Metricbeat event without its module",
    { "@timestamp": "2026-11-22T14:00:00Z", metricset: { name: "cpu" } },
    "Metricbeat",
  ],
  ["a row without a number", { host: "web-07", state: "up" }, "no metrics: send"],
  ["a sentence", "all is well", "starts with bytes 616c6c20"],
  ["bytes of nothing known", Buffer.of(0xff, 0xfe, 0, 1), "starts with bytes fffe0001"],
])("%s is rejected by name", (_, record, problem) => {
  const { samples, problems } = readSamples(record);
  expect({ samples, problems }).toEqual({ samples: [], problems: [expect.stringContaining(problem)] });
});

test("a sample whose values are no numbers keeps its host's name, so that the host counts it", () => {
  const { samples, replaced } = readSamples({
    name: "db",
    tags: { host: "web-07" },
    fields: { a: "x", b: "y" },
    timestamp: SECONDS,
  });
  expect({ samples, replaced }).toEqual({
    samples: [{ host: "web-07", time: START, metrics: { db_a: Number.NaN } }],
    replaced: 2,
  });
});

test("a record gives ten reasons, and counts the others", () => {
  const lines = Array.from({ length: 30 }, (_, i) => ({ host: "web-07", time: `day ${i}`, cpu: 1 }));
  const { problems } = readSamples(lines);
  expect(problems).toHaveLength(11);
  expect(problems.at(-1)).toBe("other reasons: mend the first ones (20 times)");
});
