import { ARRIVAL } from "../../reading.ts";
import { type Example, host, SECONDS, time } from "./example.ts";

export const collectd: readonly Example[] = [
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
      // types.db: io_time and weighted_io_time in milliseconds; minflt and majflt.
      `PUTVAL web-07/disk-sda/disk_io_time interval=10 ${SECONDS}:500:900`,
      `PUTVAL web-07/vmem/vmpage_faults interval=10 ${SECONDS}:5:9`,
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
          // Percent of a second.
          "@disk_busy:sda": 50,
          "@major_faults": 9,
        },
        counters: ["@disk_read_bytes:sda", "@disk_write_bytes:sda", "@disk_busy:sda", "@major_faults"],
      },
    ],
  },
  {
    shape: "collectd PUTVAL of now",
    record: "PUTVAL web-07/mail/queue N:3\nPUTVAL web-07/users/users N:3",
    samples: [{ host, time: ARRIVAL, metrics: { mail_queue: 3 } }],
  },
];
