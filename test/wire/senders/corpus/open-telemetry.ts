import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { ARRIVAL } from "../../reading.ts";
import type { Sample } from "../reading.ts";
import { type Example, host, NANOSECONDS, time } from "./example.ts";

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const resourceMetrics = (own: Readonly<Record<string, string>>, metrics: readonly unknown[]) => ({
  resource: {
    attributes: Object.entries({ "host.name": "Web-07.", ...own }).map(([key, text]) => attribute(key, text)),
  },
  scopeMetrics: [{ metrics }],
});
const otlp = (metrics: readonly unknown[]) => ({ resourceMetrics: [resourceMetrics({}, metrics)] });
const at = { timeUnixNano: NANOSECONDS };
const gauge = (name: string, asDouble: number, attributes: readonly unknown[] = []) => ({
  name,
  gauge: { dataPoints: [{ ...at, asDouble, attributes }] },
});
const duration = (sum: number) => ({
  name: "http.server.request.duration",
  histogram: {
    aggregationTemporality: 1,
    dataPoints: [{ ...at, count: "4", sum, attributes: [attribute("http.route", "/cart")] }],
  },
});
const ofPod = { "k8s.namespace.name": "shop", "k8s.pod.name": "cart-7d9f8b6c5d-x2x4z", "k8s.pod.uid": "a" };
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

/** The same way: a histogram of an interval with an attribute, a value that is flagged as none, a value without a time. */
const OTLP_ODD = `CqcBChcKFQoJaG9zdC5uYW1lEggKBndlYi0wNxKLARJOChRodHRwLnNlcnZlci5kdXJhdGlvbko2CjIZAMBdEcVi6hghBAAAAAAAAAApAAAAAA
AAAEBKFQoKaHR0cC5yb3V0ZRIHCgUvY2FydBABEh8KBXN0YWxlKhYKFBkAwF0RxWLqGCEAAAAAAAAcQEABEhgKCWRpc2suZnJlZSoLCgkxBQAA
AAAAAAA=`;
/** The same way, of version 0.7: a summary and a gauge of integers, both with labels. */
const OTLP_OLD = `Cu4BEusBErkBCiJhbWF6b25hd3MuY29tL0FXUy9FQzIvRGlza1dyaXRlT3BzWpIBCo8BChQKCU5hbWVzcGFjZRIHQVdTL0VDMgoaCgpNZXRyaW
NOYW1lEgxEaXNrV3JpdGVPcHMKIQoKSW5zdGFuY2VJZBITaS0wYTFiMmMzZDRlNWY2MDcxOBkAwF0RxWLqGCECAAAAAAAAACkAAAAAAAAYQDIJ
EQAAAAAAAPA/MhIJAAAAAAAA8D8RAAAAAAAAFEASLQoFdXNlcnMiJAoiCg4KBGhvc3QSBndlYi0wNxkAwF0RxWLqGCEDAAAAAAAAAA==`;
/** By hand, after common.proto: two points that differ in an attribute of true and false. */
const OTLP_TRUTH = `Cs4BChcKFQoJaG9zdC5uYW1lEggKBndlYi0wNxKyARKvAQoQanZtLnRocmVhZC5jb3VudCqaAQpLOhcKEWp2bS50aHJlYWQuZGFlbW9uEgIQAToeChBq
dm0udGhyZWFkLnN0YXRlEgoKCHJ1bm5hYmxlGQDAXRHFYuoYIQAAAAAAAERACks6FwoRanZtLnRocmVhZC5kYWVtb24SAhAAOh4KEGp2bS50aHJlYWQu
c3RhdGUSCgoIcnVubmFibGUZAMBdEcVi6hghAAAAAAAACEA=`;

const threads = { "jvm.thread.count:true:runnable": 40, "jvm.thread.count:false:runnable": 3 };

export const openTelemetry: readonly Example[] = [
  {
    shape: "OTLP protobuf with attributes of a histogram, a flagged value and no time",
    record: Buffer.from(OTLP_ODD, "base64"),
    samples: [
      { host, time, metrics: { "http.server.duration_count:/cart": 4, "http.server.duration_mean:/cart": 0.5 } },
      { host, time: ARRIVAL, metrics: { "disk.free": 5 } },
    ],
  },
  {
    shape: "OTLP protobuf with an attribute of true and false",
    record: Buffer.from(OTLP_TRUTH, "base64"),
    samples: [{ host, time, metrics: threads }],
  },
  {
    shape: "OTLP JSON with an attribute of true and false",
    record: otlp([
      {
        name: "jvm.thread.count",
        gauge: {
          dataPoints: [true, false].map((boolValue) => ({
            ...at,
            attributes: [{ key: "jvm.thread.daemon", value: { boolValue } }, attribute("jvm.thread.state", "runnable")],
            asInt: boolValue ? 40 : 3,
          })),
        },
      },
    ]),
    samples: [{ host, time, metrics: threads }],
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
  {
    shape: "OTLP JSON of two services, and of two that nobody named",
    record: {
      resourceMetrics: [
        resourceMetrics({ "service.name": "checkout", "service.version": "1.4.2" }, [duration(2)]),
        resourceMetrics({ "service.name": "cart", "service.instance.id": "627cc493" }, [duration(6)]),
        resourceMetrics({ "service.name": "unknown_service:java", "process.executable.name": "java" }, [
          gauge("jvm.cpu.count", 2),
        ]),
        resourceMetrics({ "service.name": "" }, [gauge("queue", 3)]),
      ],
    },
    samples: [
      {
        host,
        time,
        metrics: {
          "http.server.request.duration_count:checkout:/cart": 4,
          "http.server.request.duration_mean:checkout:/cart": 0.5,
          "http.server.request.duration_count:cart:/cart": 4,
          "http.server.request.duration_mean:cart:/cart": 1.5,
          "jvm.cpu.count": 2,
          queue: 3,
        },
      },
    ],
  },
  {
    shape: "OTLP JSON of spans, whose points name the service, too",
    record: {
      resourceMetrics: [
        resourceMetrics({ "service.name": "cart" }, [
          gauge("calls", 5, [attribute("http.route", "/"), attribute("service.name", "checkout")]),
        ]),
      ],
    },
    samples: [{ host, time, metrics: { "calls:checkout:/": 5 } }],
  },
  {
    shape: "OTLP JSON of a named service with metrics of the host and of node_exporter",
    record: {
      resourceMetrics: [
        resourceMetrics({ "service.name": "node" }, [
          gauge("system.cpu.load_average.1m", 3.72),
          gauge("node_load5", 2.5),
          gauge("up", 1),
        ]),
      ],
    },
    samples: [{ host, time, metrics: { "@load_1m": 3.72, "@load_5m": 2.5, "up:node": 1 } }],
  },
  {
    shape: "OTLP JSON of containers that only their resources distinguish",
    record: {
      resourceMetrics: [
        ...["redis", "nginx"].map((name, i) =>
          resourceMetrics({ "container.name": name, "container.id": `4fe1${i}`, "container.runtime": "docker" }, [
            gauge("container.cpu.utilization", i + 0.5),
          ]),
        ),
        ...["app", "proxy"].map((name, i) =>
          resourceMetrics({ ...ofPod, "k8s.container.name": name, "k8s.deployment.name": "cart" }, [
            gauge("container.memory.usage", 100 + i),
          ]),
        ),
        resourceMetrics({ ...ofPod, "k8s.statefulset.name": "db", "service.name": "db" }, [
          gauge("k8s.pod.cpu.usage", 7),
        ]),
        resourceMetrics({ ...ofPod, "k8s.container.name": "app", "service.name": "cart" }, [gauge("queue", 3)]),
      ],
    },
    samples: [
      {
        host,
        time,
        metrics: {
          "container.cpu.utilization:redis": 0.5,
          "container.cpu.utilization:nginx": 1.5,
          "container.memory.usage:shop:cart:app": 100,
          "container.memory.usage:shop:cart:proxy": 101,
          "k8s.pod.cpu.usage:db:shop:db": 7,
          "queue:cart": 3,
        },
      },
    ],
  },
  {
    shape: "OTLP JSON of processes, by their executables or their service",
    record: {
      resourceMetrics: [
        ...["postgres", "nginx"].map((name, i) =>
          resourceMetrics({ "process.executable.name": name, "process.pid": `81${i}`, "process.owner": "root" }, [
            gauge("process.memory.usage", 40 + i),
          ]),
        ),
        resourceMetrics({ "process.executable.name": "node", "service.name": "cart" }, [
          gauge("process.memory.usage", 42),
          gauge("queue", 3),
        ]),
      ],
    },
    samples: [
      {
        host,
        time,
        metrics: {
          "process.memory.usage:postgres": 40,
          "process.memory.usage:nginx": 41,
          "process.memory.usage:cart": 42,
          "queue:cart": 3,
        },
      },
    ],
  },
  {
    shape: "OTLP JSON with names of services that are no text, beside sound ones",
    record: {
      resourceMetrics: [
        {
          ...resourceMetrics({}, [gauge("odd", 1)]),
          resource: {
            attributes: [
              attribute("host.name", "web-07"),
              { key: "service.name", value: { kvlistValue: { values: [attribute("toString", "x")] } } },
            ],
          },
        },
        resourceMetrics({ "service.name": "cart" }, [gauge("queue", 3)]),
      ],
    },
    samples: [{ host, time, metrics: { odd: 1, "queue:cart": 3 } }],
  },
  { shape: "OTLP protobuf", record: otlpBytes, samples: [otlpSample] },
  { shape: "OTLP protobuf, gzip", record: gzipSync(otlpBytes), samples: [otlpSample] },
  { shape: "OTLP protobuf, zlib", record: deflateSync(otlpBytes), samples: [otlpSample] },
  { shape: "OTLP protobuf, raw deflate", record: deflateRawSync(otlpBytes), samples: [otlpSample] },
];
