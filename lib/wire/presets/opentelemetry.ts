import type { Measure } from "./measures.ts";
import { type Line, linesOf, type Preset } from "./preset.ts";

type Words = Readonly<Record<string, Measure>>;

/** Lines of one metric, by the value of an attribute. */
const by = (series: string, tag: string, measures: Words, more: Partial<Line> = {}) =>
  linesOf(measures, (value) => ({ series, where: { [tag]: value }, ...more }));

/** Seconds in each second. */
const SECONDS_TO_PERCENT = { times: 100 };

/** The host metrics receiver of the OpenTelemetry Collector. OTLP says which values are totals. */
export const OPENTELEMETRY: Preset = {
  sender: "OpenTelemetry host metrics",
  families: /^system\.(?:cpu|memory|paging|disk|filesystem|network|processes|linux|uptime)\b/,
  tags: { cpu: "cpu", disk: "device", mount: "mountpoint", network: "device" },
  lines: [
    ...by("system.cpu.time", "state", { user: "cpu_user", nice: "cpu_nice", system: "cpu_system" }, SECONDS_TO_PERCENT),
    ...by("system.cpu.time", "state", { interrupt: "cpu_irq", softirq: "cpu_softirq" }, SECONDS_TO_PERCENT),
    ...by("system.cpu.time", "state", { steal: "cpu_steal", idle: "cpu_idle", wait: "cpu_iowait" }, SECONDS_TO_PERCENT),
    { series: "system.cpu.load_average.1m", to: "load_1m" },
    { series: "system.cpu.load_average.5m", to: "load_5m" },
    { series: "system.cpu.load_average.15m", to: "load_15m" },
    ...by("system.memory.usage", "state", { used: "memory_used", free: "memory_free" }),
    ...by("system.memory.usage", "state", { cached: "memory_cached", buffered: "memory_buffers" }),
    ...by("system.paging.usage", "state", { used: "swap_used", free: "swap_free" }),
    ...by("system.paging.faults", "type", { major: "major_faults" }),
    ...by("system.disk.io", "direction", { read: "disk_read_bytes", write: "disk_write_bytes" }),
    ...by("system.disk.operations", "direction", { read: "disk_reads", write: "disk_writes" }),
    { series: "system.disk.io_time", to: "disk_busy", ...SECONDS_TO_PERCENT },
    ...by("system.filesystem.usage", "state", { used: "mount_used", free: "mount_available" }),
    ...by("system.filesystem.inodes.usage", "state", { used: "inodes_used", free: "inodes_free" }),
    ...by("system.network.io", "direction", { receive: "network_in_bytes", transmit: "network_out_bytes" }),
    ...by("system.network.errors", "direction", { receive: "network_in_errors", transmit: "network_out_errors" }),
    ...by("system.network.dropped", "direction", { receive: "network_in_drops", transmit: "network_out_drops" }),
    ...by("system.network.connections", "state", { ESTABLISHED: "tcp_connections" }),
    { series: "system.network.conntrack.count", to: "conntrack_entries" },
    { series: "system.network.conntrack.max", to: "conntrack_max" },
    ...by("system.processes.count", "status", {
      running: "processes_running",
      blocked: "processes_blocked",
      zombies: "processes_zombie",
    }),
    { series: "system.processes.created", to: "processes_started" },
  ],
};
