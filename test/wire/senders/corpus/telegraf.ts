import { ARRIVAL } from "../../reading.ts";
import { type Example, host, NANOSECONDS, SECONDS, time } from "./example.ts";

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

export const telegraf: readonly Example[] = [
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
    shape: "influx lines of Windows, whose instance is a part of the host",
    record: ["Shop", "Intranet", "_Total"]
      .map((site, i) => `win_websvc,host=web-07,instance=${site} Current_Connections=${i + 5} ${NANOSECONDS}`)
      .join("\n"),
    samples: [
      {
        host,
        time,
        metrics: {
          "win_websvc_Current_Connections:Shop": 5,
          "win_websvc_Current_Connections:Intranet": 6,
          "win_websvc_Current_Connections:_Total": 7,
        },
      },
    ],
  },
  {
    shape: "influx lines whose instance is the host, or an address of it",
    record: ["web-07", "web-07:9100", "10.0.0.7:9100"]
      .map((instance, i) => `app${i},host=web-07,instance=${instance} queue=${i} ${NANOSECONDS}`)
      .join("\n"),
    samples: [{ host, time, metrics: { app0_queue: 0, app1_queue: 1, app2_queue: 2 } }],
  },
  {
    shape: "influx lines with a broken one between",
    record: `${influx}\ncpu,host=web-07 usage\nmem,host=web-07 available=5i,used=7i ${NANOSECONDS}`,
    samples: [{ host, time, metrics: { ...cpuSample, "@memory_available": 5 } }],
    problems: ["a line that is no influx line protocol between others that are"],
  },
];
