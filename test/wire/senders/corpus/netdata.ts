import { type Example, host, SECONDS, time } from "./example.ts";

export const netdata: readonly Example[] = [
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
];
