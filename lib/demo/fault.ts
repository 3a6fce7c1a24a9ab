import { MINUTE_MS } from "../time.ts";
import type { Reading } from "./machine.ts";

/** Something wrong with hosts for a while. `from` is inclusive, `to` exclusive, in ms since the scenario began. */
export interface Fault {
  readonly hosts: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly change: Change;
}

/** What the fault makes of a reading. `elapsed` is the time since it began (ms), `share` its part, in [0, 1). */
export type Change = (reading: Reading, elapsed: number, share: number) => Reading;

/** The reading as the faults leave it that are at work on the host. */
export function afflicted(reading: Reading, host: string, at: number, faults: readonly Fault[]): Reading {
  return faults
    .filter((fault) => fault.hosts.includes(host) && fault.from <= at && at < fault.to)
    .reduce((changed, { change, from, to }) => change(changed, at - from, (at - from) / (to - from)), reading);
}

/** The load average follows what waits within this time. */
const LOAD_MS = MINUTE_MS;

/** Every core is busy. */
export const busyCpu: Change = (reading, elapsed) => ({
  ...reading,
  cpu_busy_percent: Math.max(reading.cpu_busy_percent, 99),
  load_1m: reading.load_1m + 3 * (1 - Math.exp(-elapsed / LOAD_MS)),
});

/** A job that takes most of a core. */
export const busyJob: Change = (reading) => ({
  ...reading,
  cpu_busy_percent: Math.min(reading.cpu_busy_percent + 20, 100),
});

/** Memory fills from where it is to nearly all there is. */
export const leak: Change = (reading, _elapsed, share) => ({
  ...reading,
  memory_used_percent: reading.memory_used_percent + (97 - reading.memory_used_percent) * share,
});

/** The disk has no moment of rest, and what waits for it is late. */
export const saturatedDisk: Change = (reading) => ({
  ...reading,
  disk_busy_percent: Math.max(reading.disk_busy_percent, 98),
  latency_seconds: reading.latency_seconds * 1.5,
});

/** Thirty times the traffic, of which little reaches the application. */
export const flood: Change = (reading) => ({
  ...reading,
  network_in_bytes_per_second: reading.network_in_bytes_per_second * 30,
  cpu_busy_percent: Math.min(reading.cpu_busy_percent + 10, 100),
});

/** What all hosts depend on answers slowly. */
export const slowDependency: Change = (reading) => ({ ...reading, latency_seconds: reading.latency_seconds + 0.8 });

/** A release that needs more memory and answers more slowly, from now on. */
export const heavierRelease: Change = (reading) => ({
  ...reading,
  memory_used_percent: Math.min(reading.memory_used_percent + 20, 100),
  latency_seconds: reading.latency_seconds * 1.6,
});
