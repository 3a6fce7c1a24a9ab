import { HOUR_MS, MINUTE_MS } from "../time.ts";
import {
  busyCpu,
  busyJob,
  deadCollector,
  type Fault,
  heavierRelease,
  leak,
  saturatedDisk,
  saturatedServerDisk,
  serverFlood,
  slowDependency,
} from "./fault.ts";
import { RESOURCE_SCENARIOS, WEB } from "./resource-scenarios.ts";
import type { DemoHost, Scenario } from "./scenario.ts";

const DATABASE = { name: "db-01", group: "db" };
const NEIGHBOUR = { name: "web-08", group: "web" };

/** Every scenario, in the order of `fleetwarden demo --help`. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "spike",
    story: "All cores of one host are busy for five minutes.",
    hosts: [WEB],
    lasts: 40 * MINUTE_MS,
    faults: [{ hosts: [WEB.name], from: 10 * MINUTE_MS, to: 15 * MINUTE_MS, change: busyCpu }],
    looksLike: "spike",
    told: ["opened web-07: cpu_busy_percent", "resolved web-07: cpu_busy_percent"],
  },
  {
    name: "slow-leak",
    story: "A process leaks memory for three hours, then it is restarted.",
    hosts: [WEB],
    lasts: 5 * HOUR_MS,
    faults: [{ hosts: [WEB.name], from: 10 * MINUTE_MS, to: 190 * MINUTE_MS, change: leak }],
    looksLike: "leak",
    told: [
      "opened web-07: memory_used_percent",
      "worsened web-07: memory_used_percent",
      "resolved web-07: memory_used_percent",
    ],
  },
  {
    name: "disk-saturation",
    story: "A server's disk is saturated for five hours, and nobody reacts.",
    hosts: [WEB],
    server: true,
    lasts: 8 * HOUR_MS,
    faults: [{ hosts: [WEB.name], from: 10 * MINUTE_MS, to: 310 * MINUTE_MS, change: saturatedServerDisk }],
    looksLike: "disk saturation",
    told: [
      "opened web-07: disk_busy_percent",
      "reminder web-07: disk_busy_percent",
      "resolved web-07: disk_busy_percent",
    ],
  },
  {
    name: "second-fault",
    story: "Requests are slow for four hours; in the third hour all cores are busy for twenty minutes.",
    hosts: [WEB],
    lasts: 6 * HOUR_MS,
    faults: [
      { hosts: [WEB.name], from: 10 * MINUTE_MS, to: 250 * MINUTE_MS, change: slowDependency },
      { hosts: [WEB.name], from: 130 * MINUTE_MS, to: 150 * MINUTE_MS, change: busyCpu },
    ],
    told: [
      "opened web-07: latency_seconds",
      "also web-07: cpu_busy_percent",
      "reminder web-07: latency_seconds",
      "resolved web-07: latency_seconds",
    ],
  },
  {
    name: "network-flood",
    story: "Thirty times the usual traffic arrives at a server for ten minutes, from many clients.",
    hosts: [WEB],
    server: true,
    lasts: 40 * MINUTE_MS,
    faults: [{ hosts: [WEB.name], from: 10 * MINUTE_MS, to: 20 * MINUTE_MS, change: serverFlood }],
    looksLike: "network flood",
    told: ["opened web-07: network_in_bytes_per_second", "resolved web-07: network_in_bytes_per_second"],
  },
  ...RESOURCE_SCENARIOS,
  {
    name: "flapping",
    story: "A job takes most of a core for three minutes, every six minutes, for three quarters of an hour.",
    hosts: [WEB],
    lasts: 2 * HOUR_MS,
    faults: Array.from({ length: 8 }, (_, n) => {
      const from = 10 * MINUTE_MS + n * 6 * MINUTE_MS;
      return { hosts: [WEB.name], from, to: from + 3 * MINUTE_MS, change: busyJob };
    }),
    told: ["opened web-07: cpu_busy_percent", "resolved web-07: cpu_busy_percent"],
  },
  {
    name: "comes-and-goes",
    story: "All cores are busy for five of 25 minutes, for twelve hours; the host sends a sample a minute.",
    hosts: [WEB],
    lasts: 12 * HOUR_MS,
    sampleMs: MINUTE_MS,
    faults: recurring(5 * MINUTE_MS, 25 * MINUTE_MS),
    told: ["opened web-07: cpu_busy_percent", "resolved web-07: cpu_busy_percent", "unstable web-07: cpu_busy_percent"],
  },
  {
    name: "comes-and-goes-slowly",
    story: "Requests are slow for ten of 50 minutes, for twelve hours; the host sends a sample every five minutes.",
    hosts: [WEB],
    lasts: 12 * HOUR_MS,
    sampleMs: 5 * MINUTE_MS,
    faults: recurring(10 * MINUTE_MS, 50 * MINUTE_MS).map((fault) => ({ ...fault, change: slowDependency })),
    told: ["opened web-07: latency_seconds", "resolved web-07: latency_seconds", "unstable web-07: latency_seconds"],
  },
  {
    name: "level-shift",
    story: "A release needs more memory and answers more slowly from now on.",
    hosts: [WEB],
    lasts: 8 * HOUR_MS,
    faults: [{ hosts: [WEB.name], from: 10 * MINUTE_MS, to: 8 * HOUR_MS, change: heavierRelease }],
    told: ["opened web-07: memory_used_percent", "reminder web-07: latency_seconds"],
  },
  {
    name: "silent-host",
    story: "One of two hosts sends nothing for half an hour.",
    hosts: [WEB, NEIGHBOUR],
    lasts: 90 * MINUTE_MS,
    faults: [],
    outages: [{ hosts: [WEB.name], from: 50 * MINUTE_MS, to: 80 * MINUTE_MS }],
    told: ["opened web-07: silent", "resolved web-07: silent"],
  },
  {
    name: "dead-collector",
    story: "The collector of one of two hosts hands out no values for half an hour, and its agent goes on sending.",
    hosts: [WEB, NEIGHBOUR],
    lasts: 90 * MINUTE_MS,
    faults: [{ hosts: [WEB.name], from: 48 * MINUTE_MS, to: 78 * MINUTE_MS, change: deadCollector }],
    told: ["opened web-07: silent", "resolved web-07: silent"],
  },
  {
    name: "host-dies",
    story: "A process leaks memory until its host dies of it, an hour later; the host is back after half an hour.",
    hosts: [WEB, NEIGHBOUR],
    lasts: 2 * HOUR_MS,
    faults: [{ hosts: [WEB.name], from: 10 * MINUTE_MS, to: 70 * MINUTE_MS, change: leak }],
    outages: [{ hosts: [WEB.name], from: 70 * MINUTE_MS, to: 100 * MINUTE_MS }],
    looksLike: "leak",
    told: [
      "opened web-07: memory_used_percent",
      "worsened web-07: memory_used_percent",
      "opened web-07: silent",
      "resolved web-07: memory_used_percent",
      "resolved web-07: silent",
    ],
  },
  {
    name: "fleet-outage",
    story: "A service that all 30 hosts of a group depend on is slow for 15 minutes.",
    hosts: fleetOf(30),
    lasts: 90 * MINUTE_MS,
    faults: [
      {
        hosts: fleetOf(30).map(({ name }) => name),
        from: 10 * MINUTE_MS,
        to: 25 * MINUTE_MS,
        change: slowDependency,
      },
    ],
    told: ["opened group web: latency_seconds", "resolved group web: latency_seconds"],
  },
  {
    name: "dead-hosts",
    story: "Six of 16 hosts die at once. Later all cores of another host are busy, and one more host dies.",
    hosts: fleetOf(16),
    lasts: 150 * MINUTE_MS,
    faults: [{ hosts: ["web-11"], from: 70 * MINUTE_MS, to: 90 * MINUTE_MS, change: busyCpu }],
    outages: [
      { hosts: fleetOf(6).map(({ name }) => name), from: 20 * MINUTE_MS, to: 150 * MINUTE_MS },
      { hosts: ["web-12"], from: 60 * MINUTE_MS, to: 150 * MINUTE_MS },
    ],
    told: [
      "opened group web",
      "grown group web",
      "opened web-11: cpu_busy_percent",
      "resolved web-11: cpu_busy_percent",
    ],
  },
  {
    name: "rolling-restart",
    story: "A declared release reaches 30 hosts, one every two minutes; each is busy for five minutes.",
    hosts: fleetOf(30),
    lasts: 3 * HOUR_MS,
    faults: fleetOf(30).map(({ name }, n) => {
      const from = (10 + 2 * n) * MINUTE_MS;
      return { hosts: [name], from, to: from + 5 * MINUTE_MS, change: busyCpu };
    }),
    events: [{ group: "web", at: 9 * MINUTE_MS, text: "deploy 4.2" }],
    looksLike: "spike",
    told: [
      "opened web-01: cpu_busy_percent",
      "opened web-02: cpu_busy_percent",
      "opened group web: cpu_busy_percent",
      "resolved web-01: cpu_busy_percent",
      "grown group web: cpu_busy_percent",
      "resolved web-02: cpu_busy_percent",
      "grown group web: cpu_busy_percent",
      "grown group web: cpu_busy_percent",
      "resolved group web: cpu_busy_percent",
    ],
  },
  {
    name: "cascade",
    story: "A host fails under its load. The other four take it over and fail as well, one every four minutes.",
    hosts: fleetOf(5),
    lasts: 2 * HOUR_MS,
    faults: fleetOf(5).map(({ name }, n) => {
      return { hosts: [name], from: (10 + 4 * n) * MINUTE_MS, to: HOUR_MS, change: busyCpu };
    }),
    looksLike: "cascade",
    told: [
      "opened web-01: cpu_busy_percent",
      "opened web-02: cpu_busy_percent",
      "opened group web: cpu_busy_percent",
      "resolved web-01: cpu_busy_percent",
      "resolved web-02: cpu_busy_percent",
      "resolved group web: cpu_busy_percent",
    ],
  },
  {
    name: "dependency",
    story:
      "A database is slow for half an hour, and with it three hosts of the group web, which depends on it. " +
      "A rule is broken on one of them, and another stays slow.",
    hosts: [DATABASE, ...fleetOf(3)],
    lasts: 3 * HOUR_MS,
    config: {
      groups: { web: { dependsOn: ["db"] } },
      rules: [{ if: "cpu_busy_percent > 95", for: "2m", severity: "critical", group: "web" }],
    },
    faults: [
      { hosts: [DATABASE.name], from: 10 * MINUTE_MS, to: 40 * MINUTE_MS, change: saturatedDisk },
      { hosts: ["web-01", "web-02"], from: 11 * MINUTE_MS, to: 40 * MINUTE_MS, change: slowDependency },
      { hosts: ["web-03"], from: 11 * MINUTE_MS, to: 100 * MINUTE_MS, change: slowDependency },
      { hosts: ["web-01"], from: 25 * MINUTE_MS, to: 30 * MINUTE_MS, change: busyCpu },
    ],
    looksLike: "cascade",
    told: [
      "opened db-01: disk_busy_percent",
      "grown db-01: disk_busy_percent",
      "opened web-01: latency_seconds",
      "resolved db-01: disk_busy_percent",
      "opened web-03: latency_seconds",
      "resolved web-01: latency_seconds",
      "resolved web-03: latency_seconds",
    ],
  },
  {
    name: "maintenance",
    story: "Two hosts are silenced for fifty minutes; one disk recovers before the silence ends, the other does not.",
    hosts: [WEB, NEIGHBOUR],
    lasts: 3 * HOUR_MS,
    faults: [
      { hosts: [WEB.name], from: 12 * MINUTE_MS, to: 20 * MINUTE_MS, change: saturatedDisk },
      { hosts: [NEIGHBOUR.name], from: 12 * MINUTE_MS, to: 80 * MINUTE_MS, change: saturatedDisk },
    ],
    silences: [{ host: "web-*", from: 10 * MINUTE_MS, to: HOUR_MS, reason: "disks are replaced" }],
    told: ["opened web-08: disk_busy_percent", "resolved web-08: disk_busy_percent"],
  },
  {
    name: "duplicate-delivery",
    story: "A spike, and the stream delivers every batch of records three times.",
    hosts: [WEB],
    lasts: 40 * MINUTE_MS,
    faults: [{ hosts: [WEB.name], from: 10 * MINUTE_MS, to: 15 * MINUTE_MS, change: busyCpu }],
    deliveries: 3,
    looksLike: "spike",
    told: ["opened web-07: cpu_busy_percent", "resolved web-07: cpu_busy_percent"],
  },
];

function recurring(lasts: number, every: number): readonly Fault[] {
  return Array.from({ length: Math.floor((12 * HOUR_MS) / every) }, (_, n) => {
    const from = 10 * MINUTE_MS + n * every;
    return { hosts: [WEB.name], from, to: from + lasts, change: busyCpu };
  });
}

function fleetOf(count: number): readonly DemoHost[] {
  return Array.from({ length: count }, (_, i) => ({ name: `web-${String(i + 1).padStart(2, "0")}`, group: "web" }));
}
