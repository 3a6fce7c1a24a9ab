import { MINUTE_MS } from "../time.ts";
import { afternoonDemand, backup, contention } from "./fault.ts";
import type { Scenario } from "./scenario.ts";

export const WEB = { name: "web-07", group: "web" };

/** Trouble of several metrics at once. */
export const RESOURCE_SCENARIOS: readonly Scenario[] = [
  {
    name: "contention",
    story: "Programs on a server compete for its CPU, memory and disk for half an hour.",
    hosts: [WEB],
    server: true,
    lasts: 90 * MINUTE_MS,
    faults: [{ hosts: [WEB.name], from: 10 * MINUTE_MS, to: 40 * MINUTE_MS, change: contention }],
    looksLike: "contention",
    told: ["opened web-07: disk_busy_percent", "resolved web-07: disk_busy_percent"],
  },
  {
    name: "background-work",
    story: "A forgotten backup keeps CPU and disk of a server busy for half an hour; its traffic is as usual.",
    hosts: [WEB],
    server: true,
    lasts: 90 * MINUTE_MS,
    faults: [{ hosts: [WEB.name], from: 10 * MINUTE_MS, to: 40 * MINUTE_MS, change: backup }],
    looksLike: "background work",
    told: ["opened web-07: disk_busy_percent", "resolved web-07: disk_busy_percent"],
  },
  {
    name: "unusual-hour",
    story: "In the morning a host has the work of an afternoon for half an hour.",
    hosts: [WEB],
    lasts: 90 * MINUTE_MS,
    faults: [{ hosts: [WEB.name], from: 10 * MINUTE_MS, to: 40 * MINUTE_MS, change: afternoonDemand }],
    looksLike: "unusual hour",
    told: [
      "opened web-07: cpu_busy_percent",
      "also web-07: latency_seconds",
      "resolved web-07: network_in_bytes_per_second",
    ],
  },
];
