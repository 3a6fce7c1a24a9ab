import { type Example, host, ISO, time } from "./example.ts";

export const metricbeat: readonly Example[] = [
  {
    shape: "Metricbeat event of another module",
    record: {
      "@timestamp": ISO,
      "agent.hostname": host,
      event: { module: "nginx" },
      metricset: { name: "stubstatus" },
      service: { type: "web" },
      nginx: { stubstatus: { active: 4, waiting: 1 } },
    },
    samples: [{ host, time, metrics: { "nginx.stubstatus.active": 4, "nginx.stubstatus.waiting": 1 } }],
  },
  {
    shape: "Metricbeat",
    record: [
      {
        "@timestamp": "2026-11-22T14:00:00.000Z",
        agent: { type: "metricbeat", hostname: host, version: "8.1.0" },
        host: { name: host },
        event: { module: "system", duration: 812 },
        metricset: { name: "cpu", period: 10_000 },
        system: { cpu: { cores: 4, total: { pct: 0.704 }, user: { pct: 0.5, norm: { pct: 0.125 } } } },
      },
      {
        "@timestamp": "2026-11-22T14:00:00.000Z",
        agent: { type: "metricbeat", hostname: host },
        metricset: { name: "network" },
        system: { network: { name: "eth0", in: { bytes: 98 } } },
      },
    ],
    samples: [
      {
        host,
        time,
        metrics: { "@cpu_user": 12.5, "@network_in_bytes:eth0": 98 },
        counters: ["@network_in_bytes:eth0"],
      },
    ],
  },
];
