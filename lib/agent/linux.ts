import type { Metric, Reading } from "./metric-names.ts";

/** The contents of the files for one reading; null for a file that cannot be read. */
export interface LinuxFiles {
  readonly uptime: string | null;
  readonly stat: string | null;
  readonly loadavg: string | null;
  readonly meminfo: string | null;
  readonly diskstats: string | null;
  readonly netDev: string | null;
  /** Block devices that are hardware. Partitions, loop, ram, dm and md devices would count the same bytes again. */
  readonly physicalDisks: ReadonlySet<string>;
  readonly processes: number | null;
  /** `scaling_cur_freq` of each core, in kHz. */
  readonly coreFrequencies: readonly string[];
}

type LinuxCounters = ReturnType<typeof parseLinux>;

/** The numbers of one reading: gauges, and counters since boot, which need an earlier reading to mean something. */
export function parseLinux(files: LinuxFiles) {
  const cpu = numbers(files.stat?.match(/^cpu +(.+)$/m)?.[1]);
  return {
    uptimeSeconds: numbers(files.uptime ?? "")[0] ?? null,
    cpu: cpu.length > CPU.steal ? cpu : null,
    disks: parseDevices(files.diskstats, DISK_LINES, (name) => files.physicalDisks.has(name)),
    interfaces: parseDevices(files.netDev, INTERFACE_LINES, (name) => name !== "lo"),
    gauges: parseGauges(files),
  };
}

/** Values between two readings. A counter that went backwards was reset: its rate is null once, never negative. */
export function readingBetween(before: LinuxCounters, after: LinuxCounters): Reading {
  const seconds = difference(before.uptimeSeconds, after.uptimeSeconds);
  return new Map([
    ...cpuPercents(before.cpu, after.cpu),
    ...diskRates(before.disks, after.disks, seconds),
    ...networkRates(before.interfaces, after.interfaces, seconds),
    ...after.gauges,
  ]);
}

type Devices = ReadonlyMap<string, readonly number[]>;
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
const INTERFACE = { bytesIn: 0, bytesOut: 8 } as const;

/** Name and columns of each device. */
const DISK_LINES = /^ *\d+ +\d+ (\S+) (.+)$/gm;
const INTERFACE_LINES = /^ *(\S+): *(\d.*)$/gm;

function parseDevices(text: string | null, lines: RegExp, isWanted: (name: string) => boolean): Devices | null {
  if (text === null) return null;
  const devices = [...text.matchAll(lines)].map(([, name = "", columns]) => [name, numbers(columns)] as const);
  return new Map(devices.filter(([name]) => isWanted(name)));
}

function parseGauges(files: LinuxFiles): Reading {
  const [load1, load5, load15] = numbers(files.loadavg?.split(" ", 3).join(" "));
  const memory = (field: string) => numbers(files.meminfo?.match(new RegExp(`^${field}: +(\\d+) kB$`, "m"))?.[1])[0];
  const available = memory("MemAvailable");
  const frequencies = numbers(files.coreFrequencies.join(" "));
  const gauges: [Metric, number | null | undefined][] = [
    ["load_1m", load1],
    ["load_5m", load5],
    ["load_15m", load15],
    ["memory_used_percent", usedPercent(memory("MemTotal"), available)],
    ["memory_available_bytes", available === undefined ? undefined : available * 1024],
    ["swap_used_percent", usedPercent(memory("SwapTotal"), memory("SwapFree"))],
    ["processes_running", numbers(files.stat?.match(/^procs_running (\d+)$/m)?.[1])[0]],
    ["processes_total", files.processes],
    ["cpu_frequency_mhz", frequencies.length ? sum(frequencies) / frequencies.length / 1000 : undefined],
  ];
  return new Map(gauges.flatMap(([metric, value]) => (value == null ? [] : [[metric, value]])));
}

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
  const bytesIn = ratesOf(before, after, INTERFACE.bytesIn, seconds);
  const bytesOut = ratesOf(before, after, INTERFACE.bytesOut, seconds);
  return [
    ["network_in_bytes_per_second", bytesIn && sum(bytesIn)],
    ["network_out_bytes_per_second", bytesOut && sum(bytesOut)],
  ];
}

/** One rate per device of both readings; null without any, or when one of them was reset. */
function ratesOf(before: Devices | null, after: Devices, column: number, seconds: number | null): number[] | null {
  if (!before || !seconds) return null;
  const rates: number[] = [];
  for (const [device, columns] of after) {
    const earlier = before.get(device);
    if (!earlier) continue;
    const advance = difference(earlier[column], columns[column]);
    if (advance === null) return null;
    rates.push(advance / seconds);
  }
  return rates.length ? rates : null;
}

function difference(before: number | null | undefined, after: number | null | undefined): number | null {
  return before == null || after == null || after < before ? null : after - before;
}

function usedPercent(total: number | undefined, free: number | undefined): number | undefined {
  return !total || free === undefined ? undefined : 100 * (1 - free / total);
}

/** The numbers of a line, or none when one word is not a number. */
function numbers(text: string | undefined): number[] {
  const words = text?.trim() ? text.trim().split(/\s+/).map(Number) : [];
  return words.every(Number.isFinite) ? words : [];
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
