// Records as other senders write them, with values and wording of our own, and their readings, worked out by hand.
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { START } from "../../factories.ts";
import { ARRIVAL } from "../reading.ts";
import type { Sample } from "./reading.ts";

export interface Example {
  readonly shape: string;
  readonly record: unknown;
  /** The partition key; random where absent. */
  readonly key?: string;
  readonly samples: readonly Sample[];
  readonly problems?: readonly string[];
  readonly replaced?: number;
}

const host = "web-07";
const time = START;
const SECONDS = START / 1000;
const NANOSECONDS = "1795356000000000000";
const ISO = "2026-11-22T14:00:00Z";

const cpu = {
  name: "cpu",
  tags: { cpu: "cpu-total", host },
  fields: { usage_user: 11.4, usage_idle: 82.38 },
  timestamp: SECONDS,
};
const disk = {
  name: "disk",
  tags: { device: "sda1", fstype: "ext4", host, path: "/var" },
  fields: { used_percent: 41.5, inodes_free: 3_000, inodes_used: 5_000 },
  timestamp: SECONDS,
};
const cpuSample = { "@cpu_user:cpu-total": 11.4, "@cpu_idle:cpu-total": 82.38 };
const diskSample = { "@mount_used_percent:/var": 41.5, "@inodes_free:/var": 3_000 };
const influx = `cpu,cpu=cpu-total,host=web-07 usage_user=11.4,usage_idle=82.38 ${NANOSECONDS}`;

const telegraf: readonly Example[] = [
  { shape: "Telegraf JSON", record: `${JSON.stringify(cpu)}\n`, samples: [{ host, time, metrics: cpuSample }] },
  {
    shape: "Telegraf batch: one sample of all its metrics",
    record: { metrics: [cpu, disk] },
    samples: [{ host, time, metrics: { ...cpuSample, ...diskSample } }],
  },
  {
    shape: "Telegraf with a global tag that names the host's group",
    record: { ...cpu, tags: { ...cpu.tags, group: "web" } },
    samples: [{ host, time, group: "web", metrics: cpuSample }],
  },
  {
    shape: "Telegraf metrics as lines",
    record: [cpu, disk].map((metric) => JSON.stringify(metric)).join("\n"),
    samples: [{ host, time, metrics: { ...cpuSample, ...diskSample } }],
  },
  {
    shape: "Telegraf batch with a metric whose time is wrong: the others are kept",
    record: { metrics: [{ ...cpu, timestamp: "soon" }, disk] },
    samples: [{ host, time, metrics: diskSample }],
    problems: ['time "soon": use milliseconds or seconds since 1970, or ISO 8601 (2 times)'],
  },
  {
    shape: "Telegraf fields that are on or off, and texts",
    record: { ...cpu, name: "nginx", tags: { host, port: "80" }, fields: { up: true, version: "one", active: 4 } },
    samples: [{ host, time, metrics: { "nginx_up:80": 1, "nginx_active:80": 4 } }],
    replaced: 1,
  },
  {
    shape: "Telegraf's Prometheus input: totals are counters",
    record: {
      ...cpu,
      name: "prometheus",
      tags: { host },
      fields: { node_forks_total: 812, node_load1: 0.5, node_intr_total: 4, jobs_total: 3 },
    },
    samples: [
      {
        host,
        time,
        metrics: { "@processes_started": 812, "@load_1m": 0.5, prometheus_jobs_total: 3 },
        counters: ["@processes_started", "prometheus_jobs_total"],
      },
    ],
  },
  { shape: "influx line protocol", record: `${influx}\n`, samples: [{ host, time, metrics: cpuSample }] },
  {
    shape: "influx lines with escapes, integers, a text and no time",
    record: 'disk\\ io,host=web-07,path=/my\\ data reads=12i,writes=3u,state="a, \\"b\\" c",busy=t',
    samples: [
      {
        host,
        time: ARRIVAL,
        metrics: { "disk_io_reads:/my_data": 12, "disk_io_writes:/my_data": 3, "disk_io_busy:/my_data": 1 },
      },
    ],
    replaced: 1,
  },
  {
    shape: "influx lines of file systems, one of them in memory",
    record: [
      `disk,fstype=ext4,host=web-07,path=/my\\ data used_percent=41.5 ${NANOSECONDS}`,
      `disk,fstype=tmpfs,host=web-07,path=/cache used_percent=3 ${NANOSECONDS}`,
    ].join("\n"),
    samples: [{ host, time, metrics: { "@mount_used_percent:/my_data": 41.5 } }],
  },
  {
    shape: "influx lines with a broken one between",
    record: `${influx}\ncpu,host=web-07 usage\nmem,host=web-07 available=5i,used=7i ${NANOSECONDS}`,
    samples: [{ host, time, metrics: { ...cpuSample, "@memory_available": 5 } }],
    problems: ["a line that is no influx line protocol between others that are"],
  },
];

const load = {
  name: "load1",
  namespace: "host",
  timestamp: ISO,
  kind: "absolute",
  host,
  tags: { collector: "load" },
  gauge: { value: 3.72 },
};
const vector: readonly Example[] = [
  { shape: "Vector gauge", record: load, samples: [{ host, time, metrics: { "@load_1m": 3.72 } }] },
  {
    shape: "Vector counters: absolute ones grow, incremental ones do not",
    record: [
      {
        ...load,
        name: "network_receive_bytes_total",
        tags: { device: "eth0" },
        gauge: undefined,
        counter: { value: 9e6 },
      },
      { ...load, name: "hits", namespace: undefined, kind: "incremental", gauge: undefined, counter: { value: 40 } },
    ]
      .map((event) => JSON.stringify(event))
      .join("\n"),
    samples: [
      {
        host,
        time,
        metrics: { "@network_in_bytes:eth0": 9e6, hits: 40 },
        counters: ["@network_in_bytes:eth0"],
      },
    ],
  },
  {
    shape: "Vector histogram of an interval, by count and mean",
    record: {
      ...load,
      name: "wait",
      kind: "incremental",
      gauge: undefined,
      aggregated_histogram: { buckets: [{ upper_limit: 1, count: 4 }], count: 4, sum: 6 },
    },
    samples: [{ host, time, metrics: { host_wait_count: 4, host_wait_mean: 1.5 } }],
  },
  {
    shape: "Vector distribution, by count and mean",
    // (2 × 10 + 1 × 40) / 3
    record: {
      ...load,
      name: "size",
      kind: "incremental",
      gauge: undefined,
      distribution: {
        samples: [
          { value: 10, rate: 2 },
          { value: 40, rate: 1 },
        ],
        statistic: "histogram",
      },
    },
    samples: [{ host, time, metrics: { host_size_count: 3, host_size_mean: 20 } }],
  },
  {
    shape: "Vector log whose message is a metric",
    record: {
      host: "Web-07:1",
      timestamp: ISO,
      source_type: "stdin",
      message: JSON.stringify({ ...load, host: undefined, timestamp: undefined }),
    },
    samples: [{ host, time, metrics: { "@load_1m": 3.72 } }],
  },
];

const fluentBit: readonly Example[] = [
  {
    shape: "Fluent Bit row with host and time",
    record: { ts: SECONDS + 0.25, hostname: host, cpu_p: 7.5, user_p: 5, "cpu0.p_cpu": 7, "cpu_thermal.temp": 48 },
    samples: [{ host, time: time + 250, metrics: { "@cpu_busy": 7.5, "@cpu_user": 5, "cpu_thermal.temp": 48 } }],
  },
  {
    shape: "Fluent Bit row without host and time: those of the record",
    record: { "Mem.total": 3_986_708, "Mem.used": 560_708 },
    key: "web-07",
    // 560,708 KiB
    samples: [{ host, time: ARRIVAL, metrics: { "@memory_used": 574_164_992 } }],
  },
  {
    shape: "Fluent Bit rows of disks and networks, which count within the interval",
    record: [
      { host, date: SECONDS, read_size: 4_096, write_size: 11_997_184 },
      { host, date: SECONDS, "eth0.rx.bytes": 98, "eth0.rx.packets": 1, "eth0.rx.errors": 2, "eth0.tx.bytes": 60 },
      { host, date: SECONDS, "lo.rx.bytes": 7, "docker0.tx.bytes": 7 },
    ],
    samples: [
      {
        host,
        time,
        metrics: {
          "@disk_read_bytes_counted": 4_096,
          "@disk_write_bytes_counted": 11_997_184,
          "@network_in_bytes_counted:eth0": 98,
          "@network_in_errors_counted:eth0": 2,
          "@network_out_bytes_counted:eth0": 60,
        },
      },
    ],
  },
  {
    shape: "Fluent Bit row without host under a random key",
    record: { "eth0.rx.bytes": 98, "eth0.tx.bytes": 98 },
    key: "q7Zk02Bx",
    samples: [],
    problems: [
      "no host: let the sender name it as host, hostname, host.name, instance or InstanceId, or as the partition key (over HTTP: ?host=NAME) (2 times)",
    ],
  },
  {
    shape: "Fluent Bit rows right after another, as simple_aggregation joins them",
    record: `{"date":${SECONDS},"host":"web-07","cpu_p":7.5}{"date":${SECONDS},"host":"web-07","Mem.used":560708}`,
    samples: [{ host, time, metrics: { "@cpu_busy": 7.5, "@memory_used": 574_164_992 } }],
  },
  {
    shape: "nested rows",
    record: { "@timestamp": ISO, host, cpu: { user: 5, system: 2.5 }, disks: [{ mountpoint: "/", percent: 40 }] },
    samples: [{ host, time, metrics: { "cpu.user": 5, "cpu.system": 2.5, "disks.percent:/": 40 } }],
  },
  {
    shape: "psutil rows: lists by place, texts of no number are labels",
    record: [{ time: SECONDS, host, platform: "linux", cpu_percent: [7, 9], virtual_memory: { percent: 15.95 } }],
    samples: [{ host, time, metrics: { "cpu_percent:0": 7, "cpu_percent:1": 9, "virtual_memory.percent": 15.95 } }],
  },
  {
    shape: "a CSV as JSON, all in quotes",
    record: { host, time: `${SECONDS}`, cpu: "17.6", mem: "15.95", role: "web" },
    samples: [{ host, time, metrics: { cpu: 17.6, mem: 15.95 } }],
  },
];

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const otlp = (metrics: readonly unknown[]) => ({
  resourceMetrics: [{ resource: { attributes: [attribute("host.name", "Web-07.")] }, scopeMetrics: [{ metrics }] }],
});
const at = { timeUnixNano: NANOSECONDS };
/** By protobufjs 7.2.4 and the .proto files of opentelemetry-proto, from the message that the test names. */
const OTLP_PROTOBUF = `CucDCisKFQoJaG9zdC5uYW1lEggKBndlYi0wNwoSCgdvcy50eXBlEgcKBWxpbnV4ErcDCgYKBGhvc3QSRQoZc3lzdGVtLm1lbW9yeS51dGls
aXphdGlvbhoBMSolCiMZAMBdEcVi6hgh0SLb+X5qxD86DwoFc3RhdGUSBgoEdXNlZBJXChFzeXN0ZW0ubmV0d29yay5pbzpCCjwZAMBdEcVi6hgxh4rXBAAAAAA6EAoG
ZGV2aWNlEgYKBGV0aDA6FgoJZGlyZWN0aW9uEgkKB3JlY2VpdmUQAhgBEjAKFnN5c3RlbS5wcm9jZXNzZXMuY291bnQ6FgoSGQDAXRHFYuoYMdMAAAAAAAAAEAISJAoI
cmVxdWVzdHM6GAoSGQDAXRHFYuoYMSgAAAAAAAAAEAEYARJlChRodHRwLnNlcnZlci5kdXJhdGlvbkpNCkkZAMBdEcVi6hgh+gAAAAAAAAApAAAAAAAAKUAyEMgAAAAA
AAAAMgAAAAAAAAA6CJqZmZmZmbk/WXsUrkfheoQ/YQAAAAAAAOA/EAISNwoLZGIuZHVyYXRpb25SKAokGQDAXRHFYuoYIQgAAAAAAAAAKQAAAAAAAABAMAZCBQgCEgEI
EAESFQoEZ29uZSoNCgsZAMBdEcVi6hhAAQ==`;
export const otlpBytes = Buffer.from(OTLP_PROTOBUF, "base64");
const otlpSample: Sample = {
  host,
  time,
  metrics: {
    "@network_in_bytes:eth0": 81_234_567,
    requests: 40,
    "http.server.duration_count": 250,
    "http.server.duration_sum": 12.5,
    "db.duration_count": 8,
    "db.duration_mean": 0.25,
  },
  counters: ["@network_in_bytes:eth0", "http.server.duration_count", "http.server.duration_sum"],
};
/** The same way: one request twice, each behind its length. */
const CLOUDWATCH_PROTOBUF = `jQIKigIKGQoXCg5jbG91ZC5wcm92aWRlchIFCgNhd3MS7AES6QEKJGFtYXpvbmF3cy5jb20vQVdTL0VDMi9DUFVVdGlsaXphdGlvbhoJe1Bl
cmNlbnR9WrUBCrIBEQBoFhm3YuoYGQDAXRHFYuoYIQQAAAAAAAAAKZqZmZmZmVFAMgkRAAAAAAAAI0AyEgkAAAAAAADwPxEAAAAAAEA/QDoWCglOYW1lc3BhY2USCQoHQVdT
L0VDMjoeCgpNZXRyaWNOYW1lEhAKDkNQVVV0aWxpemF0aW9uOjUKCkRpbWVuc2lvbnMSJzIlCiMKCkluc3RhbmNlSWQSFQoTaS0wYTFiMmMzZDRlNWY2MDcxOI0CCooCChkK
FwoOY2xvdWQucHJvdmlkZXISBQoDYXdzEuwBEukBCiRhbWF6b25hd3MuY29tL0FXUy9FQzIvQ1BVVXRpbGl6YXRpb24aCXtQZXJjZW50fVq1AQqyAREAaBYZt2LqGBkAwF0R
xWLqGCEEAAAAAAAAACmamZmZmZlRQDIJEQAAAAAAACNAMhIJAAAAAAAA8D8RAAAAAABAP0A6FgoJTmFtZXNwYWNlEgkKB0FXUy9FQzI6HgoKTWV0cmljTmFtZRIQCg5DUFVV
dGlsaXphdGlvbjo1CgpEaW1lbnNpb25zEicyJQojCgpJbnN0YW5jZUlkEhUKE2ktMGExYjJjM2Q0ZTVmNjA3MTg=`;

/** The same way: a histogram of an interval with an attribute, a value that is flagged as none, a value without a time. */
const OTLP_ODD = `CqcBChcKFQoJaG9zdC5uYW1lEggKBndlYi0wNxKLARJOChRodHRwLnNlcnZlci5kdXJhdGlvbko2CjIZAMBdEcVi6hghBAAAAAAAAAApAAAAAA
AAAEBKFQoKaHR0cC5yb3V0ZRIHCgUvY2FydBABEh8KBXN0YWxlKhYKFBkAwF0RxWLqGCEAAAAAAAAcQEABEhgKCWRpc2suZnJlZSoLCgkxBQAA
AAAAAAA=`;
/** The same way: a summary whose greatest value comes first, with two dimensions. */
const CLOUDWATCH_ONE = `CuwBEukBEuYBCiJhbWF6b25hd3MuY29tL0FXUy9FQzIvRGlza1dyaXRlT3BzWr8BCrwBGQDAXRHFYuoYIQIAAAAAAAAAKQAAAAAAABhAMhIJAA
AAAAAA8D8RAAAAAAAAFEAyCREAAAAAAADwPzoWCglOYW1lc3BhY2USCQoHQVdTL0VDMjocCgpNZXRyaWNOYW1lEg4KDERpc2tXcml0ZU9wczpK
CgpEaW1lbnNpb25zEjwyOgojCgpJbnN0YW5jZUlkEhUKE2ktMGExYjJjM2Q0ZTVmNjA3MTgKEwoIVm9sdW1lSWQSBwoFdm9sLTE=`;
/** The same way, of version 0.7: a summary and a gauge of integers, both with labels. */
const OTLP_OLD = `Cu4BEusBErkBCiJhbWF6b25hd3MuY29tL0FXUy9FQzIvRGlza1dyaXRlT3BzWpIBCo8BChQKCU5hbWVzcGFjZRIHQVdTL0VDMgoaCgpNZXRyaW
NOYW1lEgxEaXNrV3JpdGVPcHMKIQoKSW5zdGFuY2VJZBITaS0wYTFiMmMzZDRlNWY2MDcxOBkAwF0RxWLqGCECAAAAAAAAACkAAAAAAAAYQDIJ
EQAAAAAAAPA/MhIJAAAAAAAA8D8RAAAAAAAAFEASLQoFdXNlcnMiJAoiCg4KBGhvc3QSBndlYi0wNxkAwF0RxWLqGCEDAAAAAAAAAA==`;

const openTelemetry: readonly Example[] = [
  {
    shape: "OTLP protobuf with attributes of a histogram, a flagged value and no time",
    record: Buffer.from(OTLP_ODD, "base64"),
    samples: [
      { host, time, metrics: { "http.server.duration_count:/cart": 4, "http.server.duration_mean:/cart": 0.5 } },
      { host, time: ARRIVAL, metrics: { "disk.free": 5 } },
    ],
  },
  {
    shape: "OTLP protobuf of version 0.7",
    record: Buffer.from(OTLP_OLD, "base64"),
    samples: [
      {
        host: "i-0a1b2c3d4e5f60718",
        time,
        metrics: {
          // The sum: operations are counted within the period.
          "@vm_disk_writes_counted:store": 6,
        },
      },
      { host, time, metrics: { users: 3 } },
    ],
  },
  {
    shape: "OTLP JSON with a time of zero, which is none",
    record: otlp([{ name: "up", gauge: { dataPoints: [{ timeUnixNano: "0", asInt: 1 }] } }]),
    samples: [{ host, time: ARRIVAL, metrics: { up: 1 } }],
  },
  {
    shape: "OTLP JSON gauge, its time as text",
    record: otlp([{ name: "system.cpu.load_average.1m", gauge: { dataPoints: [{ ...at, asDouble: 3.72 }] } }]),
    samples: [{ host, time, metrics: { "@load_1m": 3.72 } }],
  },
  {
    shape: "OTLP JSON sums: monotonic and cumulative, monotonic of an interval, not monotonic",
    record: otlp([
      { name: "a", sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...at, asInt: "81" }] } },
      { name: "b", sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ ...at, asInt: 82 }] } },
      { name: "c", sum: { aggregationTemporality: 2, dataPoints: [{ ...at, asInt: "83" }] } },
    ]),
    samples: [{ host, time, metrics: { a: 81, b: 82, c: 83 }, counters: ["a"] }],
  },
  {
    shape: "OTLP JSON histograms: cumulative by count and sum, of an interval by count and mean",
    record: otlp([
      {
        name: "h",
        histogram: { aggregationTemporality: 2, dataPoints: [{ ...at, count: "10", sum: 4, bucketCounts: ["10"] }] },
      },
      {
        name: "e",
        exponentialHistogram: {
          aggregationTemporality: "AGGREGATION_TEMPORALITY_DELTA",
          dataPoints: [{ ...at, count: 5, sum: 1, scale: 2 }],
        },
      },
      {
        name: "s",
        summary: { dataPoints: [{ ...at, count: 7, sum: 3.5, quantileValues: [{ quantile: 1, value: 2 }] }] },
      },
    ]),
    samples: [
      {
        host,
        time,
        metrics: { h_count: 10, h_sum: 4, e_count: 5, e_mean: 0.2, s_count: 7, s_sum: 3.5 },
        counters: ["h_count", "h_sum", "s_count", "s_sum"],
      },
    ],
  },
  {
    shape: "OTLP JSON of a scraped target, in a group",
    record: {
      resourceMetrics: [
        {
          resource: {
            attributes: [attribute("group", "web"), attribute("service.instance.id", "web-07:9100")],
          },
          scopeMetrics: [{ metrics: [{ name: "up", gauge: { dataPoints: [{ ...at, asInt: "1" }] } }] }],
        },
      ],
    },
    samples: [{ host, time, group: "web", metrics: { up: 1 } }],
  },
  { shape: "OTLP protobuf", record: otlpBytes, samples: [otlpSample] },
  { shape: "OTLP protobuf, gzip", record: gzipSync(otlpBytes), samples: [otlpSample] },
  { shape: "OTLP protobuf, zlib", record: deflateSync(otlpBytes), samples: [otlpSample] },
  { shape: "OTLP protobuf, raw deflate", record: deflateRawSync(otlpBytes), samples: [otlpSample] },
];

const ec2 = "i-0a1b2c3d4e5f60718";
const stream = {
  metric_stream_name: "all",
  account_id: "111122223333",
  region: "eu-west-1",
  namespace: "AWS/EC2",
  metric_name: "CPUUtilization",
  dimensions: { InstanceId: ec2 },
  timestamp: START,
  value: { max: 31.25, min: 9.5, sum: 70.4, count: 4 },
  unit: "Percent",
};
/** A line of three values. */
const streamed = (namespace: string, metric_name: string, sum: number, dimensions: object = {}) =>
  JSON.stringify({
    ...stream,
    ...{ namespace, metric_name, dimensions: { ...stream.dimensions, ...dimensions } },
    value: { sum, count: 3, max: sum === 0 ? 0 : sum / 2, min: 0 },
  });
/** 70.4 / 4 */
const ec2Sample = { "@cpu_busy": 17.6 };
const emf = {
  _aws: {
    Timestamp: START,
    CloudWatchMetrics: [
      { Namespace: "CWAgent", Dimensions: [["host", "cpu"]], Metrics: [{ Name: "cpu_usage_active", Unit: "Percent" }] },
      { Namespace: "CWAgent", Dimensions: [["host"]], Metrics: [{ Name: "wait" }] },
    ],
  },
  host,
  cpu: "cpu-total",
  cpu_usage_active: 17.6,
  wait: [1, 2, 6],
};
const emfSample = { "cpu_usage_active:cpu-total": 17.6, wait: 3 };
const logs = (fields: Readonly<Record<string, unknown>>) =>
  gzipSync(
    JSON.stringify({
      messageType: "DATA_MESSAGE",
      owner: "111122223333",
      logGroup: "/fleet/metrics",
      logStream: host,
      subscriptionFilters: ["all"],
      ...fields,
    }),
  );
const event = (message: unknown) => ({
  id: "3912",
  timestamp: START,
  message: typeof message === "string" ? message : JSON.stringify(message),
});

const cloudWatch: readonly Example[] = [
  {
    shape: "CloudWatch metric stream, JSON lines",
    record: `${JSON.stringify(stream)}\n`,
    samples: [{ host: ec2, time, metrics: ec2Sample }],
  },
  {
    shape: "CloudWatch metric stream of disks and networks: sums of the period, as EC2 and the agent count them",
    record: [
      streamed("AWS/EC2", "EBSReadBytes", 3_000),
      streamed("AWS/EC2", "NetworkIn", 6_000),
      streamed("AWS/EC2", "NetworkPacketsIn", 60),
      streamed("AWS/EC2", "StatusCheckFailed", 0),
      streamed("CWAgent", "diskio_write_bytes", 9_000, { name: "nvme0n1" }),
      streamed("CWAgent", "diskio_write_bytes", 9_000, { name: "nvme0n1p1" }),
      streamed("CWAgent", "diskio_io_time", 300, { name: "nvme0n1" }),
      streamed("CWAgent", "net_err_in", 3, { interface: "ens5" }),
      streamed("CWAgent", "net_err_in", 3, { interface: "lo" }),
      streamed("CWAgent", "processes_zombies", 3),
    ].join("\n"),
    samples: [
      {
        host: ec2,
        time,
        metrics: {
          "@vm_disk_read_bytes_counted:ebs": 3_000,
          "@vm_network_in_bytes_counted:all": 6_000,
          "AWS/EC2/StatusCheckFailed": 0,
          "AWS/EC2/StatusCheckFailed_max": 0,
          "AWS/EC2/StatusCheckFailed_sum": 0,
          "@disk_write_bytes_counted:nvme0n1": 9_000,
          // 300 of the interval's milliseconds; a tenth of a percent of a second each
          "@disk_busy_counted:nvme0n1": 30,
          "@network_in_errors_counted:ens5": 3,
          // 3 / 3, the mean
          "@processes_zombie": 1,
        },
      },
    ],
  },
  {
    shape: "CloudWatch metric stream, OpenTelemetry 1.0 behind lengths",
    record: Buffer.from(CLOUDWATCH_PROTOBUF, "base64"),
    samples: [{ host: ec2, time, metrics: ec2Sample }],
  },
  {
    shape: "CloudWatch summary with two dimensions",
    record: Buffer.from(CLOUDWATCH_ONE, "base64"),
    samples: [
      {
        host: ec2,
        time,
        // The sum: operations are counted within the period.
        metrics: { "@vm_disk_writes_counted:store": 6 },
      },
    ],
  },
  {
    shape: "embedded metric format of Container Insights: a node of Kubernetes",
    record: {
      _aws: {
        Timestamp: START,
        CloudWatchMetrics: [
          {
            Namespace: "ContainerInsights",
            Dimensions: [["NodeName", "InstanceId", "ClusterName"], ["ClusterName"]],
            Metrics: ["cpu_utilization", "memory_utilization", "filesystem_utilization", "cpu_limit"].map((name) => ({
              Name: `node_${name}`,
            })),
          },
        ],
      },
      ...{ ClusterName: "shop", InstanceId: ec2, NodeName: "ip-10-0-0-7.ec2.internal" },
      ...{
        node_cpu_utilization: 17.6,
        node_memory_utilization: 41,
        node_filesystem_utilization: 38,
        node_cpu_limit: 4000,
      },
    },
    samples: [
      {
        host: ec2,
        time,
        metrics: { "@cpu_busy": 17.6, "@memory_used_percent": 41, "@mount_used_percent": 38 },
      },
    ],
  },
  { shape: "embedded metric format", record: emf, samples: [{ host, time, metrics: emfSample }] },
  {
    shape: "CloudWatch Logs subscription with embedded metric format",
    record: logs({ logEvents: [event({ ...emf, host: undefined })] }),
    samples: [{ host, time, metrics: emfSample }],
  },
  {
    shape: "CloudWatch Logs subscription with rows and log lines: the rows have the event's time",
    record: logs({ logEvents: [event({ cpu: 17.6 }), event("START RequestId: 1"), event("END RequestId: 1")] }),
    samples: [{ host, time, metrics: { cpu: 17.6 } }],
    problems: ["a log line: send metrics only to this stream, for instance Vector's after metric_to_log (2 times)"],
  },
  {
    shape: "CloudWatch Logs control message: neither sample nor problem",
    record: logs({
      messageType: "CONTROL_MESSAGE",
      logEvents: [event("CWL CONTROL MESSAGE: Checking health of destination")],
    }),
    samples: [],
  },
];

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

const prometheus: readonly Example[] = [
  { shape: "Prometheus remote write", record: Buffer.from(WRITE_REQUEST, "base64"), samples: written },
  { shape: "Prometheus remote write, snappy as it comes over HTTP", record: writeRequest, samples: written },
  { shape: "Prometheus remote write, gzip", record: gzipSync(Buffer.from(WRITE_REQUEST, "base64")), samples: written },
  { shape: "Prometheus metadata", record: Buffer.from(WRITE_METADATA, "base64"), samples: [] },
  { shape: "Prometheus staleness", record: Buffer.from(WRITE_STALE, "base64"), samples: [] },
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
        metrics: { "@load_1m": 3.72, "@cpu_user:0": 81_250, "app_queue:mail:open": 7 },
        counters: ["@cpu_user:0"],
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
      ],
    },
    samples: [{ host, time, metrics: { "@load_1m": 3.72 } }],
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
        counters: ["@major_faults", "http_seconds_count", "http_seconds_sum"],
      },
    ],
  },
];

const others: readonly Example[] = [
  {
    shape: "collectd JSON",
    record: [
      {
        values: [1_000, 2_000],
        dstypes: ["derive", "derive"],
        dsnames: ["rx", "tx"],
        time: SECONDS + 0.125,
        interval: 10,
        host: "Web-07.example.com",
        plugin: "interface",
        plugin_instance: "eth0",
        type: "if_octets",
        type_instance: "",
      },
      {
        values: [12],
        dstypes: ["gauge"],
        dsnames: ["value"],
        time: SECONDS + 0.125,
        host: "web-07.example.com",
        plugin: "nginx",
        plugin_instance: "front",
        type: "nginx_connections",
        type_instance: "active",
      },
      {
        values: [98.25, null],
        dstypes: ["gauge", "gauge"],
        dsnames: ["value", "other"],
        time: SECONDS + 0.125,
        host: "web-07.example.com",
        plugin: "cpu",
        plugin_instance: "0",
        type: "percent",
        type_instance: "idle",
      },
    ],
    samples: [
      {
        host: "web-07.example.com",
        time: time + 125,
        metrics: {
          "@network_in_bytes:eth0": 1_000,
          "@network_out_bytes:eth0": 2_000,
          "@cpu_idle:0": 98.25,
          "nginx_nginx_connections:front:active": 12,
        },
        counters: ["@network_in_bytes:eth0", "@network_out_bytes:eth0"],
      },
    ],
  },
  {
    shape: "collectd PUTVAL",
    record: [
      `PUTVAL web-07/cpu-0/percent-idle interval=10 ${SECONDS}:98.25`,
      `PUTVAL "web-07/load/load" interval=10 ${SECONDS}:0.5:0.25:U`,
      `PUTVAL web-07/disk-sda/disk_octets interval=10 ${SECONDS}:4096:8192`,
    ].join("\n"),
    samples: [
      {
        host,
        time,
        metrics: {
          "@cpu_idle:0": 98.25,
          "@load_1m": 0.5,
          "@load_5m": 0.25,
          "@disk_read_bytes:sda": 4096,
          "@disk_write_bytes:sda": 8192,
        },
        counters: ["@disk_read_bytes:sda", "@disk_write_bytes:sda"],
      },
    ],
  },
  {
    shape: "collectd PUTVAL of now",
    record: "PUTVAL web-07/mail/queue N:3\nPUTVAL web-07/users/users N:3",
    samples: [{ host, time: ARRIVAL, metrics: { mail_queue: 3 } }],
  },
  {
    shape: "Graphite line of now",
    record: "users.count;host=web-07 3 -1",
    samples: [{ host, time: ARRIVAL, metrics: { "users.count": 3 } }],
  },
  {
    shape: "Zabbix export of a trend, by its average",
    record: {
      host: { host },
      itemid: 4711,
      name: "Load",
      clock: SECONDS,
      count: 60,
      min: 0.5,
      avg: 0.75,
      max: 2,
      type: 0,
    },
    samples: [{ host, time, metrics: { Load: 0.75 } }],
  },
  {
    shape: "Metricbeat event of another module",
    record: {
      "@timestamp": ISO,
      "agent.hostname": host,
      event: { module: "nginx" },
      metricset: { name: "stubstatus" },
      service: { type: "web" },
      nginx: { stubstatus: { active: 4, waiting: 1 } },
    },
    samples: [{ host, time, metrics: { "nginx.stubstatus.active": 4, "nginx.stubstatus.waiting": 1 } }],
  },
  {
    shape: "Netdata",
    record: [
      { chart_id: "system.cpu", chart_context: "system.cpu", id: "user", name: "user", value: 17.6 },
      { chart_id: "disk_ops.sda", chart_context: "disk.ops", id: "writes", name: "writes", value: -2 },
      { chart_id: "nginx_front.requests", chart_context: "nginx.requests", id: "requests", value: 40 },
    ]
      .map((row) =>
        JSON.stringify({
          prefix: "netdata",
          hostname: host,
          labels: { rack: "7" },
          units: "any",
          ...row,
          timestamp: SECONDS,
        }),
      )
      .join("\n"),
    samples: [
      {
        host,
        time,
        metrics: { "@cpu_user": 17.6, "@disk_writes:sda": 2, "nginx.requests_requests:nginx_front.requests": 40 },
      },
    ],
  },
  {
    shape: "Datadog series, version 1",
    record: {
      series: [
        { metric: "system.load.1", points: [[SECONDS, 3.72]], type: "gauge", host, tags: ["env:prod"] },
        {
          metric: "system.disk.in_use",
          points: [
            [SECONDS, 0.4],
            [SECONDS + 10, 0.5],
          ],
          host,
          tags: ["device:sda1"],
        },
      ],
    },
    samples: [
      { host, time, metrics: { "@load_1m": 3.72, "@mount_used_percent:sda1": 40 } },
      { host, time: time + 10_000, metrics: { "@mount_used_percent:sda1": 50 } },
    ],
  },
  {
    shape: "Datadog series, version 2",
    record: {
      series: [
        {
          metric: "system.load.1",
          type: 3,
          points: [{ timestamp: SECONDS, value: 3.72 }],
          resources: [{ name: host, type: "host" }],
        },
      ],
    },
    samples: [{ host, time, metrics: { "@load_1m": 3.72 } }],
  },
  {
    shape: "Metricbeat",
    record: [
      {
        "@timestamp": "2026-11-22T14:00:00.000Z",
        agent: { type: "metricbeat", hostname: host, version: "8.1.0" },
        host: { name: host },
        event: { module: "system", duration: 812 },
        metricset: { name: "cpu", period: 10_000 },
        system: { cpu: { cores: 4, total: { pct: 0.704 }, user: { pct: 0.5, norm: { pct: 0.125 } } } },
      },
      {
        "@timestamp": "2026-11-22T14:00:00.000Z",
        agent: { type: "metricbeat", hostname: host },
        metricset: { name: "network" },
        system: { network: { name: "eth0", in: { bytes: 98 } } },
      },
    ],
    samples: [
      {
        host,
        time,
        metrics: { "@cpu_user": 12.5, "@network_in_bytes:eth0": 98 },
        counters: ["@network_in_bytes:eth0"],
      },
    ],
  },
  {
    shape: "Zabbix export of item values",
    record: [
      {
        host: { host, name: "Web 7" },
        groups: ["Linux"],
        itemid: 4711,
        name: "CPU utilization",
        clock: SECONDS,
        ns: 250e6,
        value: 17.6,
        type: 0,
      },
      {
        host: { host, name: "Web 7" },
        groups: ["Linux"],
        itemid: 4712,
        name: "Free memory",
        clock: SECONDS,
        ns: 250e6,
        value: 9e8,
        type: 3,
      },
    ]
      .map((item) => JSON.stringify(item))
      .join("\n"),
    samples: [{ host, time: time + 250, metrics: { "@cpu_busy": 17.6, Free_memory: 9e8 } }],
  },
  {
    shape: "sadf -j",
    record: {
      sysstat: {
        hosts: [
          {
            nodename: host,
            sysname: "Linux",
            "number-of-cpus": 2,
            statistics: [
              {
                timestamp: { date: "2026-11-22", time: "14:00:00", utc: 1, interval: 60 },
                "cpu-load": [
                  { cpu: "all", user: 5 },
                  { cpu: "0", user: 7 },
                ],
                queue: { "runq-sz": 1, "ldavg-1": 0.5 },
                disk: [{ "disk-device": "sda", tps: 4 }],
              },
            ],
          },
        ],
      },
    },
    samples: [
      {
        host,
        time,
        metrics: {
          "@cpu_user": 5,
          "@processes_running": 1,
          "@load_1m": 0.5,
          "@disk_operations:sda": 4,
        },
      },
    ],
  },
  {
    shape: "Graphite lines: the host of the key is taken out of the path",
    key: "web-07.example.com",
    record: `servers.web-07_example_com.load1 3.72 ${SECONDS}\nservers.web-07_example_com.mem 15.95 ${SECONDS}\n`,
    samples: [{ host: "web-07.example.com", time, metrics: { "servers.load1": 3.72, "servers.mem": 15.95 } }],
  },
  {
    shape: "Graphite lines with tags",
    record: `disk.used;host=web-07;mount=/var 41.5 ${SECONDS}\nload1;host=web-07 3.72 ${SECONDS}`,
    samples: [{ host, time, metrics: { "disk.used:/var": 41.5, load1: 3.72 } }],
  },
  {
    shape: "StatsD gauges",
    record: "load1:3.72|g|#host:web-07\nqueue.depth:12|g|#host:web-07,queue:mail\nhits:1|c|#host:web-07",
    samples: [{ host, time: ARRIVAL, metrics: { load1: 3.72, "queue.depth:mail": 12 } }],
    problems: ["StatsD: only gauges with a value are read: let a StatsD server add up counters and timers"],
  },
];

export const CORPUS: readonly Example[] = [
  ...telegraf,
  ...vector,
  ...fluentBit,
  ...openTelemetry,
  ...cloudWatch,
  ...prometheus,
  ...others,
];
