import { type Example, host, ISO, SECONDS, time } from "./example.ts";

export const rows: readonly Example[] = [
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
