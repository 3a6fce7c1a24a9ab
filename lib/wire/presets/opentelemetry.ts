import type { Chooser } from "../senders/point.ts";
import type { Measure } from "./measures.ts";
import { type Line, linesOf, type Preset } from "./preset.ts";

type Words = Readonly<Record<string, Measure>>;

/** Lines of one metric, by the value of an attribute. */
const by = (series: string, tag: string, measures: Words, more: Partial<Line> = {}) =>
  linesOf(measures, (value) => ({ series, where: { [tag]: value }, ...more }));

/** Seconds in each second. */
const SECONDS_TO_PERCENT = { times: 100 };
const SHARE_TO_PERCENT = { times: 100 };

/** The host metrics receiver of the OpenTelemetry Collector. OTLP says which values are totals. */
export const OPENTELEMETRY: Preset = {
  sender: "OpenTelemetry host metrics",
  families: /^system\.(?:cpu|memory|paging|disk|filesystem|network|process(?:es)?|linux|uptime)\b/,
  tags: { cpu: "cpu", disk: "device", mount: "mountpoint", network: "device" },
  lines: [
    ...by("system.cpu.time", "state", { user: "cpu_user", nice: "cpu_nice", system: "cpu_system" }, SECONDS_TO_PERCENT),
    ...by("system.cpu.time", "state", { interrupt: "cpu_irq", softirq: "cpu_softirq" }, SECONDS_TO_PERCENT),
    ...by("system.cpu.time", "state", { steal: "cpu_steal", idle: "cpu_idle", wait: "cpu_iowait" }, SECONDS_TO_PERCENT),
    ...by("system.cpu.utilization", "state", { user: "cpu_user_share", system: "cpu_system_share" }, SHARE_TO_PERCENT),
    ...by("system.cpu.utilization", "state", { idle: "cpu_idle_share", wait: "cpu_iowait_share" }, SHARE_TO_PERCENT),
    { series: "system.cpu.load_average.1m", to: "load_1m" },
    { series: "system.cpu.load_average.5m", to: "load_5m" },
    { series: "system.cpu.load_average.15m", to: "load_15m" },
    ...by("system.memory.usage", "state", { used: "memory_used", free: "memory_free" }),
    ...by("system.memory.usage", "state", { cached: "memory_cached", buffered: "memory_buffers" }),
    { series: "system.memory.linux.available", to: "memory_available" },
    { series: "system.linux.memory.available", to: "memory_available" },
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

/** Attributes under the names of the semantic conventions since version 1.27, by their names in the lines above. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  cpu: ["cpu.logical_number", "system.cpu.logical_number"],
  device: ["network.interface.name", "system.device"],
  direction: ["disk.io.direction", "network.io.direction", "system.network.direction"],
  mountpoint: ["system.filesystem.mountpoint"],
  state: [
    ...["cpu.mode", "system.cpu.state", "system.memory.state", "system.paging.state", "system.filesystem.state"],
    ...["network.connection.state", "system.network.state"],
  ],
  status: ["process.state", "system.process.status", "system.processes.status"],
  type: ["system.filesystem.type", "system.paging.fault.type", "system.paging.type"],
};
const EARLIER_NAMES = new Map(Object.entries(LATER).flatMap(([name, later]) => later.map((one) => [one, name])));
const EARLIER_VALUES: Readonly<Record<string, string>> = {
  ...{ iowait: "wait", buffers: "buffered", established: "ESTABLISHED", defunct: "zombies" },
};
const EARLIER_SERIES: Readonly<Record<string, string>> = {
  "system.network.connection.count": "system.network.connections",
  "system.network.packet.dropped": "system.network.dropped",
  "system.process.count": "system.processes.count",
  "system.process.created": "system.processes.created",
};

/** Reads points of the later conventions as points of the earlier ones. */
export function earlier(choose: Chooser): Chooser {
  return (point) => {
    const { series, tags = {} } = point;
    if (!series.startsWith("system.")) return choose(point);
    const named = Object.entries(tags).map(([name, value]) => {
      const known = EARLIER_NAMES.get(name);
      return known === undefined ? [name, value] : [known, EARLIER_VALUES[String(value)] ?? value];
    });
    return choose({ ...point, series: EARLIER_SERIES[series] ?? series, tags: Object.fromEntries(named) });
  };
}
