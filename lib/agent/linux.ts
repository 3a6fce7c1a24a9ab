import { type Container, cpuOfContainer, parseContainer } from "./container.ts";
import { parseGauges } from "./gauges.ts";
import { type Devices, difference, numberAfter, numbers, parseDevices, ratesOf, sum } from "./kernel-counters.ts";
import type { LinuxFiles } from "./linux-files.ts";
import type { Metric, Reading } from "./metric-names.ts";

type LinuxCounters = ReturnType<typeof parseLinux>;

/** The numbers of one reading: gauges, and counters since boot, which need an earlier reading to mean something. */
export function parseLinux(files: LinuxFiles) {
  const cpu = numbers(files.stat?.match(/^cpu +(.+)$/m)?.[1]);
  const container = parseContainer(files.container);
  return {
    uptimeSeconds: numbers(files.uptime)[0] ?? null,
    cpu: cpu.length > CPU.steal ? cpu : null,
    container,
    disks: parseDevices(files.diskstats, DISK_LINES, (name) => files.physicalDisks.has(name)),
    interfaces: parseDevices(files.netDev, INTERFACE_LINES, (name) => name !== "lo"),
    totals: parseTotals(files, container),
    gauges: parseGauges(files, container),
  };
}

/** Values between two readings. A counter that went backwards was reset: its rate is null once, never negative. */
export function readingBetween(before: LinuxCounters, after: LinuxCounters): Reading {
  const seconds = difference(before.uptimeSeconds, after.uptimeSeconds);
  return new Map([
    ...cpuPercents(before.cpu, after.cpu),
    // In a container with limits these replace the machine's own.
    ...cpuOfContainer(before.container.cpu, after.container.cpu, seconds),
    ...diskRates(before.disks, after.disks, seconds),
    ...networkRates(before.interfaces, after.interfaces, seconds),
    ...advances(before.totals, after.totals, seconds),
    ...after.gauges,
  ]);
}

type Values = [Metric, number | null][];

/**
 * Columns of the `cpu` line, in ticks (https://docs.kernel.org/filesystems/proc.html §1.7); user includes guest time.
 */
const CPU = { user: 0, nice: 1, system: 2, idle: 3, iowait: 4, irq: 5, softirq: 6, steal: 7 } as const;

/** Columns after the device's name (https://docs.kernel.org/admin-guide/iostats.html). */
const DISK = { sectorsRead: 2, sectorsWritten: 6, busyMs: 9 } as const;

/** The unit of /proc/diskstats, independent of the sectors of the hardware. */
const SECTOR_BYTES = 512;

/** Columns after the interface's name. */
const INTERFACE = {
  ...{ bytesIn: 0, errorsIn: 2, dropsIn: 3 },
  ...{ bytesOut: 8, errorsOut: 10, dropsOut: 11 },
} as const;

/** Name and columns of each device. */
const DISK_LINES = /^ *\d+ +\d+ (\S+) (.+)$/gm;
const INTERFACE_LINES = /^ *(\S+): *(\d.*)$/gm;

function cpuPercents(before: readonly number[] | null, after: readonly number[] | null): Values {
  if (!after) return [];
  const ticks = Object.values(CPU).map((column) => difference(before?.[column], after[column]));
  const total = sum(Object.values(CPU).map((column) => (after[column] ?? 0) - (before?.[column] ?? 0)));
  const percent = (...columns: (keyof typeof CPU)[]) => {
    const spent = columns.map((column) => ticks[CPU[column]] ?? null);
    return total > 0 && spent.every((value) => value !== null) ? (100 * sum(spent)) / total : null;
  };
  return [
    ["cpu_user_percent", percent("user", "nice")],
    ["cpu_system_percent", percent("system", "irq", "softirq")],
    ["cpu_iowait_percent", percent("iowait")],
    ["cpu_steal_percent", percent("steal")],
    ["cpu_busy_percent", percent("user", "nice", "system", "irq", "softirq", "steal")],
  ];
}

function diskRates(before: Devices | null, after: Devices | null, seconds: number | null): Values {
  if (!after?.size) return [];
  const read = ratesOf(before, after, DISK.sectorsRead, seconds);
  const written = ratesOf(before, after, DISK.sectorsWritten, seconds);
  const busyMs = ratesOf(before, after, DISK.busyMs, seconds);
  return [
    ["disk_read_bytes_per_second", read && sum(read) * SECTOR_BYTES],
    ["disk_write_bytes_per_second", written && sum(written) * SECTOR_BYTES],
    // Uptime has steps of 10 ms, so a fully busy disk can be a little above 100.
    ["disk_busy_percent", busyMs && Math.min(100, Math.max(...busyMs) / 10)],
  ];
}

function networkRates(before: Devices | null, after: Devices | null, seconds: number | null): Values {
  if (!after?.size) return [];
  const rate = (...columns: (keyof typeof INTERFACE)[]) => {
    const rates = columns.map((column) => ratesOf(before, after, INTERFACE[column], seconds));
    return rates.every((one) => one !== null) ? sum(rates.flat()) : null;
  };
  return [
    ["network_in_bytes_per_second", rate("bytesIn")],
    ["network_out_bytes_per_second", rate("bytesOut")],
    ["network_errors_per_second", rate("errorsIn", "errorsOut")],
    ["network_drops_per_second", rate("dropsIn", "dropsOut")],
  ];
}

/** A total since boot: of events to count, of events whose rate counts, or of waiting in microseconds. */
interface Total {
  readonly metric: Metric;
  readonly kind: "count" | "rate" | "waiting";
  readonly total: number;
}

function parseTotals(files: LinuxFiles, container: Container): Total[] {
  const waited = (pressure: string | null, who: "some" | "full") =>
    numbers(pressure?.match(new RegExp(`^${who} .*total=(\\d+)`, "m"))?.[1])[0];
  const totals: [Metric, Total["kind"], number | undefined][] = [
    // "full" has no meaning for the CPU of a machine, and is 0 there (https://docs.kernel.org/accounting/psi.html).
    ["cpu_pressure_some_percent", "waiting", waited(files.cpuPressure, "some")],
    ["memory_pressure_some_percent", "waiting", waited(files.memoryPressure, "some")],
    ["memory_pressure_full_percent", "waiting", waited(files.memoryPressure, "full")],
    ["io_pressure_some_percent", "waiting", waited(files.ioPressure, "some")],
    ["io_pressure_full_percent", "waiting", waited(files.ioPressure, "full")],
    ["oom_kills", "count", container.oomKills ?? numberAfter(files.vmstat, "oom_kill")],
    ["tcp_retransmits_per_second", "rate", tcpCounter(files.snmp, "RetransSegs")],
  ];
  return totals.flatMap(([metric, kind, total]) => (total === undefined ? [] : [{ metric, kind, total }]));
}

/** A line of names, and below it one of numbers. */
function tcpCounter(snmp: string | null, name: string): number | undefined {
  const [names, values] = [...(snmp ?? "").matchAll(/^Tcp: (.*)$/gm)].map(([, words = ""]) => words.split(" "));
  return numbers(values?.[names?.indexOf(name) ?? -1])[0];
}

function advances(before: readonly Total[], after: readonly Total[], seconds: number | null): Values {
  return after.map(({ metric, kind, total }) => {
    const advance = difference(before.find((one) => one.metric === metric)?.total, total);
    if (advance === null || kind === "count") return [metric, advance];
    if (!seconds) return [metric, null];
    return [metric, kind === "rate" ? advance / seconds : Math.min(100, (100 * advance) / (seconds * 1e6))];
  });
}
