import { ARRIVAL } from "../../reading.ts";
import { type Example, host, SECONDS, time } from "./example.ts";

export const fluentBit: readonly Example[] = [
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
];
