import type { Measure } from "./measures.ts";
import { type Line, linesOf, MS_TO_PERCENT, type Preset } from "./preset.ts";

type Words = Readonly<Record<string, Measure>>;

const system = (measures: Words, more: Partial<Line> = {}) =>
  linesOf(measures, (name) => ({ series: `system.${name}`, ...more }));

const RATIO_TO_PERCENT = { times: 100 };
const TOTAL = { isTotal: true } as const;

const CPU: Words = {
  ...{ "cpu.user.norm.pct": "cpu_user", "cpu.nice.norm.pct": "cpu_nice", "cpu.system.norm.pct": "cpu_system" },
  ...{ "cpu.irq.norm.pct": "cpu_irq", "cpu.softirq.norm.pct": "cpu_softirq", "cpu.steal.norm.pct": "cpu_steal" },
  ...{ "cpu.idle.norm.pct": "cpu_idle", "cpu.iowait.norm.pct": "cpu_iowait" },
};

/** Metricbeat's module system, with `cpu.metrics: [normalized_percentages]`, as it comes. */
export const METRICBEAT: Preset = {
  sender: "Metricbeat",
  families: /^system\./,
  tags: { disk: "name", mount: "mount_point", network: "name" },
  lines: [
    ...system(CPU, RATIO_TO_PERCENT),
    ...system({ "load.1": "load_1m", "load.5": "load_5m", "load.15": "load_15m" }),
    ...system({ "memory.actual.used.pct": "memory_used_percent" }, RATIO_TO_PERCENT),
    ...system({ "memory.actual.free": "memory_available" }),
    ...system({ "memory.swap.used.pct": "swap_used_percent" }, RATIO_TO_PERCENT),
    ...system({ "filesystem.used.pct": "mount_used_percent" }, RATIO_TO_PERCENT),
    ...system({ "filesystem.files": "inodes_total", "filesystem.free_files": "inodes_free" }),
    ...system({ "diskio.read.bytes": "disk_read_bytes", "diskio.write.bytes": "disk_write_bytes" }, TOTAL),
    ...system({ "diskio.read.count": "disk_reads", "diskio.write.count": "disk_writes" }, TOTAL),
    ...system({ "diskio.io.time": "disk_busy" }, { ...TOTAL, times: MS_TO_PERCENT }),
    ...system({ "network.in.bytes": "network_in_bytes", "network.out.bytes": "network_out_bytes" }, TOTAL),
    ...system({ "network.in.errors": "network_in_errors", "network.out.errors": "network_out_errors" }, TOTAL),
    ...system({ "network.in.dropped": "network_in_drops", "network.out.dropped": "network_out_drops" }, TOTAL),
    ...system({ "process.summary.running": "processes_running", "process.summary.total": "processes_total" }),
    ...system({ "socket.summary.tcp.all.established": "tcp_connections" }),
  ],
};
