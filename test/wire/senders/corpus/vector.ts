import { type Example, host, ISO, time } from "./example.ts";

const load = {
  name: "load1",
  namespace: "host",
  timestamp: ISO,
  kind: "absolute",
  host,
  tags: { collector: "load" },
  gauge: { value: 3.72 },
};

export const vector: readonly Example[] = [
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
