import { gzipSync } from "node:zlib";
import { START } from "../../../factories.ts";
import { ARRIVAL } from "../../reading.ts";
import type { Sample } from "../reading.ts";
import { type Example, host, ISO, time } from "./example.ts";

const labels = { instance: "web-07:9100", job: "node" };
/**
 * By protobufjs 8.8.1 and the .proto files of prometheus/prompb: two samples of a gauge, the second of them zero; a
 * counter with an exemplar; a native histogram; a bucket. Then a request of metadata alone, and a series that went stale.
 */
const WRITE_REQUEST = `ClkKFgoIX19uYW1lX18SCm5vZGVfbG9hZDEKFwoIaW5zdGFuY2USC3dlYi0wNzo5MTAwCgsKA2pvYhIEbm9kZRIQCcP1KFyPw
g1AEID+uZygNBIHEJjzupygNAqXAQoiCghfX25hbWVfXxIWbm9kZV9jcHVfc2Vjb25kc190b3RhbAoICgNjcHUSATAKFwoIaW5zdGFuY2USC3dlYi0wNzo
5MTAwCgsKA2pvYhIEbm9kZQoMCgRtb2RlEgR1c2VyEhAJAAAAgICELkEQgP65nKA0GiEKDwoIdHJhY2VfaWQSA2FiYxEAAAAAAADwPxiA/rmcoDQKSAoXC
ghfX25hbWVfXxILcnBjX3NlY29uZHMKFwoIaW5zdGFuY2USC3dlYi0wODo5MTAwIhQIBxkAAAAAAAD4PyAGeID+uZygNApWCh4KCF9fbmFtZV9fEhJycGN
fc2Vjb25kc19idWNrZXQKFwoIaW5zdGFuY2USC3dlYi0wODo5MTAwCgkKAmxlEgMwLjESEAkAAAAAAAAUQBCA/rmcoDQ=`;
const WRITE_METADATA = "GiMIARIWbm9kZV9jcHVfc2Vjb25kc190b3RhbCIHU2Vjb25kcw==";
const WRITE_STALE = "CkMKFgoIX19uYW1lX18SCm5vZGVfbG9hZDEKFwoIaW5zdGFuY2USC3dlYi0wNzo5MTAwEhAJAgAAAADw/38QgP65nKA0";
/**
 * By hand, after types.proto of prometheus/prompb: a native histogram of count 7 and sum 1.5. Its marker of staleness
 * follows after 15 s, with the count 0 and the sum 0x7ff0000000000002.
 */
const WRITE_STALE_HISTOGRAM = `Cl4KFwoIX19uYW1lX18SC3JwY19zZWNvbmRzChcKCGluc3RhbmNlEgt3ZWItMDg6OTEwMCIUCAcZAAAAAAAA+D8wAHiA
/rmcoDQiFAgAGQIAAAAAAPB/MAB4mPO6nKA0`;
/** The first of them by compress of snappyjs 0.7.0. */
export const writeRequest = Buffer.from(
  `lwPwYApZChYKCF9fbmFtZV9fEgpub2RlX2xvYWQxChcKCGluc3RhbmNlEgt3ZWItMDc6OTEwMAoLCgNqb2ISBG5vZGUSEAnD9Shcj8INQBCA/rmcoDQS
BxCY87qcoDQKlwEKIgoZXAAWBVxoY3B1X3NlY29uZHNfdG90YWwKCAoDY3B1EgEwlnIAEAoMCgRtAXpEBHVzZXISEAkAAACAgIQuQRCABYBQGiEKDwoIdH
JhY2VfaWQSA2FiYxEABQEI8D8YCSMECkgBawBfEfUQC3JwY18NlAEZAGk29gAEODoB9hAiFAgHGQVHFAD4PyAGeA1KCFYKHj0/ABIdShhfYnVja2V0YlEA
KAoJCgJsZRIDMC4xCcUsAAAAFEAQgP65nKA0`,
  "base64",
);
const written: readonly Sample[] = [
  {
    host,
    time,
    metrics: { "@load_1m": 3.72, "@cpu_user:0": 100_000_025 },
    counters: ["@cpu_user:0"],
  },
  { host, time: time + 15_000, metrics: { "@load_1m": 0 } },
  {
    host: "web-08",
    time,
    metrics: { rpc_seconds_count: 7, rpc_seconds_sum: 1.5 },
    counters: ["rpc_seconds_count", "rpc_seconds_sum"],
  },
];

export const prometheus: readonly Example[] = [
  { shape: "Prometheus remote write", record: Buffer.from(WRITE_REQUEST, "base64"), samples: written },
  { shape: "Prometheus remote write, snappy as it comes over HTTP", record: writeRequest, samples: written },
  { shape: "Prometheus remote write, gzip", record: gzipSync(Buffer.from(WRITE_REQUEST, "base64")), samples: written },
  { shape: "Prometheus metadata", record: Buffer.from(WRITE_METADATA, "base64"), samples: [] },
  { shape: "Prometheus staleness", record: Buffer.from(WRITE_STALE, "base64"), samples: [] },
  {
    shape: "Prometheus staleness of a native histogram",
    record: Buffer.from(WRITE_STALE_HISTOGRAM, "base64"),
    samples: written.slice(2),
  },
  {
    shape: "Prometheus bridge",
    record: [
      { name: "node_load1", time: START, value: 3.72, labels },
      { name: "node_cpu_seconds_total", time: START, value: 812.5, labels: { ...labels, cpu: "0", mode: "user" } },
      { name: "app_queue", time: START, value: 7, labels: { ...labels, kind: "mail", state: "open" } },
      { name: "node_arp_entries", time: START, value: 7, labels },
      { name: "http_seconds_bucket", time: START, value: 9, labels: { ...labels, le: "0.5" } },
    ]
      .map((one) => JSON.stringify(one))
      .join("\n"),
    samples: [
      {
        host,
        time,
        metrics: { "@load_1m": 3.72, "@cpu_user:0": 81_250, "app_queue:node:mail:open": 7 },
        counters: ["@cpu_user:0"],
      },
    ],
  },
  {
    shape: "Prometheus bridge, two jobs of one host with metrics of the same names",
    record: ["shop", "node"]
      .flatMap((job, i) => [
        { name: "up", time: START, value: i, labels: { instance: `web-07:${8080 + i}`, job } },
        {
          ...{ name: "http_requests_total", time: START, value: 40 + i },
          labels: { code: "200", instance: `web-07:${8080 + i}`, job, method: "get" },
        },
      ])
      .map((one) => JSON.stringify(one))
      .join("\n"),
    samples: [
      {
        host,
        time,
        metrics: {
          "up:shop": 0,
          "http_requests_total:shop:200:get": 40,
          "up:node": 1,
          "http_requests_total:node:200:get": 41,
        },
        counters: ["http_requests_total:shop:200:get", "http_requests_total:node:200:get"],
      },
    ],
  },
  {
    shape: "Prometheus bridge with texts",
    record: { timestamp: ISO, value: "3.72", name: "node_load1", labels: { __name__: "node_load1", ...labels } },
    samples: [{ host, time, metrics: { "@load_1m": 3.72 } }],
  },
  {
    shape: "remote write as JSON",
    record: {
      timeseries: [
        {
          labels: [
            { name: "__name__", value: "node_load1" },
            { name: "instance", value: "web-07:9100" },
          ],
          samples: [
            { value: 3.72, timestamp: START },
            { value: "NaN", timestamp: START + 1000 },
          ],
        },
        {
          labels: { __name__: "process_open_fds", instance: "web-07:8080", job: "shop" },
          samples: [{ value: 31, timestamp: START }],
        },
      ],
    },
    samples: [{ host, time, metrics: { "@load_1m": 3.72, "process_open_fds:shop": 31 } }],
  },
  {
    shape: "Prometheus text with the label job, and without",
    key: "web-07",
    record: ['queue_length{job="shop"} 3', 'queue_length{job="cart"} 5', "queue_length 8"].join("\n"),
    samples: [{ host, time: ARRIVAL, metrics: { "queue_length:shop": 3, "queue_length:cart": 5, queue_length: 8 } }],
  },
  {
    shape: "Prometheus text",
    key: "web-07",
    record: [
      "# HELP node_load1 1m load average.",
      "# TYPE node_load1 gauge",
      "node_load1 3.72",
      "# TYPE node_vmstat_pgmajfault untyped",
      "node_vmstat_pgmajfault 812",
      "node_vmstat_pgfault 9000",
      "# TYPE http_seconds histogram",
      'http_seconds_bucket{le="0.5"} 9',
      'http_seconds_bucket{le="+Inf"} 10',
      "http_seconds_sum 4.5",
      "http_seconds_count 10",
      'node_filesystem_avail_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 1.5e+10',
      'odd{text="a \\"b\\", {c}"} NaN',
    ].join("\n"),
    samples: [
      {
        host,
        time: ARRIVAL,
        metrics: {
          "@load_1m": 3.72,
          "@major_faults": 812,
          http_seconds_sum: 4.5,
          http_seconds_count: 10,
          "@mount_available:/": 1.5e10,
        },
        counters: ["@major_faults", "http_seconds_sum", "http_seconds_count"],
      },
    ],
  },
];
