import { type Example, host, SECONDS, time } from "./example.ts";

export const zabbix: readonly Example[] = [
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
];
