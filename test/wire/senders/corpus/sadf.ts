import { type Example, host, time } from "./example.ts";

export const sadf: readonly Example[] = [
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
];
