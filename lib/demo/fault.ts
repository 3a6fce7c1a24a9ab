import { MINUTE_MS } from "../time.ts";
import type { ServerReading } from "./application-server.ts";
import type { Reading } from "./machine.ts";

/** `from` is inclusive, `to` exclusive, both in milliseconds since the scenario began. */
export interface Fault {
  readonly hosts: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly change: Change;
}

/**
 * Changes a reading: `elapsed` is the time since the fault began (ms), `share` its part of the whole fault, in [0, 1).
 */
export type Change = (reading: Reading, elapsed: number, share: number) => Reading;

/** Applies the faults that the host has at that time. */
export function afflicted(reading: Reading, host: string, at: number, faults: readonly Fault[]): Reading {
  return faults
    .filter((fault) => fault.hosts.includes(host) && fault.from <= at && at < fault.to)
    .reduce((changed, { change, from, to }) => change(changed, at - from, (at - from) / (to - from)), reading);
}

/** A change of a server, which has more metrics than other machines. */
export function onServer(change: (reading: ServerReading, share: number) => Partial<ServerReading>): Change {
  return (reading, _elapsed, share) => ({ ...reading, ...change(reading as ServerReading, share) });
}

/** Time constant of the load average. */
const LOAD_MS = MINUTE_MS;

/** The collector gives no data, and its sender goes on. */
export const deadCollector: Change = (reading) =>
  Object.fromEntries(Object.keys(reading).map((metric) => [metric, Number.NaN])) as Reading;

/** Every core is busy. */
export const busyCpu: Change = (reading, elapsed) => ({
  ...reading,
  cpu_busy_percent: Math.max(reading.cpu_busy_percent, 99),
  load_1m: reading.load_1m + 3 * (1 - Math.exp(-elapsed / LOAD_MS)),
});

/** A job takes most of a core. */
export const busyJob: Change = (reading) => ({
  ...reading,
  cpu_busy_percent: Math.min(reading.cpu_busy_percent + 20, 100),
});

/** Memory fills from its present use to 97 %. */
export const leak: Change = (reading, _elapsed, share) => ({
  ...reading,
  memory_used_percent: reading.memory_used_percent + (97 - reading.memory_used_percent) * share,
});

/** The disk is saturated, and requests wait for it. */
export const saturatedDisk: Change = (reading) => ({
  ...reading,
  disk_busy_percent: Math.max(reading.disk_busy_percent, 98),
  latency_seconds: reading.latency_seconds * 1.5,
});

/** The same, and programs on the server wait for it. */
export const saturatedServerDisk = onServer((reading) => ({
  ...saturatedDisk(reading, 0, 0),
  cpu_iowait_percent: 45,
}));

/** Programs take all of the CPU, memory and disk of a server. */
export const contention = onServer((reading) => ({
  ...saturatedDisk(reading, 0, 0),
  cpu_busy_percent: 97,
  load_1m: reading.load_1m + 12,
  memory_used_percent: 96,
  cpu_iowait_percent: 30,
}));

/** A backup compresses the server's files: CPU and disk are busy, and nobody asks for anything more. */
export const backup = onServer((reading) => ({
  cpu_busy_percent: 92,
  load_1m: reading.load_1m + 4,
  disk_busy_percent: 95,
  cpu_iowait_percent: 15,
}));

/** The demand of the afternoon in the morning: `machine.ts` has the share of each metric. */
export const afternoonDemand: Change = (reading) => ({
  ...reading,
  cpu_busy_percent: reading.cpu_busy_percent + 20,
  load_1m: reading.load_1m + 0.8,
  memory_used_percent: reading.memory_used_percent + 1.2,
  disk_busy_percent: reading.disk_busy_percent + 4,
  network_in_bytes_per_second: reading.network_in_bytes_per_second + 8e5,
  latency_seconds: reading.latency_seconds + 0.008,
});

/** Traffic is thirty times as high, and little of it reaches the application. */
export const flood: Change = (reading) => ({
  ...reading,
  network_in_bytes_per_second: reading.network_in_bytes_per_second * 30,
  cpu_busy_percent: Math.min(reading.cpu_busy_percent + 10, 100),
});

/** The same on a server, from many clients. */
export const serverFlood = onServer((reading) => ({
  ...flood(reading, 0, 0),
  tcp_connections: 15 * reading.tcp_connections,
}));

/** A service that all hosts depend on answers slowly. */
export const slowDependency: Change = (reading) => ({ ...reading, latency_seconds: reading.latency_seconds + 0.8 });

/** A release needs more memory and answers more slowly. */
export const heavierRelease: Change = (reading) => ({
  ...reading,
  memory_used_percent: Math.min(reading.memory_used_percent + 20, 100),
  latency_seconds: reading.latency_seconds * 1.6,
});

/** The space on a server's disk fills up from its present use. */
export const fillingDisk = onServer(({ disk_used_percent: used }, share) => ({
  disk_used_percent: used + (100 - used) * share,
}));
