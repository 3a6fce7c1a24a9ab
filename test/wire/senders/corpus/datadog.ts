import { type Example, host, SECONDS, time } from "./example.ts";

export const datadog: readonly Example[] = [
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
];
