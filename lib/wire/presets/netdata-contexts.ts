import type { Measure, Part } from "./measures.ts";
import { type Line, linesOf, type Preset } from "./preset.ts";

type Words = Readonly<Record<string, Measure>>;

/** Lines of charts, by their context and the name of a dimension. Versions differ in some contexts. */
const chart = (contexts: string, dimensions: Words, more: Partial<Line> = {}) =>
  contexts.split("|").flatMap((series) => linesOf(dimensions, (field) => ({ series, field, ...more })));

const MIB = { times: 1024 ** 2 };
const GIB = { times: 1024 ** 3 };
const KIB = { times: 1024 };
/** Kilobits of 1,000 bits. */
const KILOBITS = { times: 125 };
/** KiB, in pages of 4 KiB. */
const PAGES = { times: 1 / 4 };
/** Writes and sent bytes are drawn below zero. */
const MIRRORED = { isMirrored: true } as const;

/** `disk_util.sda`, `net.eth0`, `disk_space._var` or `disk_space./var`. */
function instanceOf(chartId: string, part: Part): string {
  const name = chartId.slice(chartId.indexOf(".") + 1);
  return part === "mount" && name.startsWith("_") ? name.replaceAll("_", "/") : name;
}

/** Netdata's charts of hosts, as `data source = average` exports them. */
export const NETDATA: Preset = {
  sender: "Netdata",
  families:
    /^(?:system|mem|cpu|cpuidle|disk|disk_ext|md|net|ip|ipv4|ipv6|netfilter|netdata|services|users|groups|user|usergroup|apps|app|numa|anomaly_detection)\.|^exporting_/,
  tags: { disk: "chart", mount: "chart", network: "chart" },
  instance: instanceOf,
  lines: [
    ...chart("system.cpu", { user: "cpu_user", nice: "cpu_nice", system: "cpu_system", irq: "cpu_irq" }),
    ...chart("system.cpu", { softirq: "cpu_softirq", steal: "cpu_steal", idle: "cpu_idle", iowait: "cpu_iowait" }),
    ...chart("system.load", { load1: "load_1m", load5: "load_5m", load15: "load_15m" }),
    ...chart("system.ram", { used: "memory_used" }, MIB),
    ...chart("mem.available", { avail: "memory_available" }, MIB),
    ...chart("mem.swap|system.swap", { used: "swap_used", free: "swap_free" }, MIB),
    ...chart("mem.swapio|system.swapio", { in: "swap_in_pages", out: "swap_out_pages" }, { ...PAGES, ...MIRRORED }),
    ...chart("mem.pgfaults", { major: "major_faults" }),
    ...chart("mem.oom_kill", { kills: "oom_kills" }),
    ...chart("disk.io", { reads: "disk_read_bytes", writes: "disk_write_bytes" }, { ...KIB, ...MIRRORED }),
    ...chart("disk.ops", { reads: "disk_reads", writes: "disk_writes" }, MIRRORED),
    ...chart("disk.util", { utilization: "disk_busy" }),
    ...chart("disk.space", { used: "mount_used", avail: "mount_available" }, GIB),
    ...chart("disk.inodes", { used: "inodes_used", avail: "inodes_free" }),
    ...chart("net.net", { received: "network_in_bytes", sent: "network_out_bytes" }, { ...KILOBITS, ...MIRRORED }),
    ...chart("net.errors", { inbound: "network_in_errors", outbound: "network_out_errors" }, MIRRORED),
    ...chart("net.drops", { inbound: "network_in_drops", outbound: "network_out_drops" }, MIRRORED),
    ...chart("ipv4.tcpsock|ip.tcpsock", { connections: "tcp_connections" }),
    ...chart("ipv4.tcperrors|ip.tcperrors", { RetransSegs: "tcp_retransmits" }, MIRRORED),
    ...chart("system.processes", { running: "processes_running", blocked: "processes_blocked" }),
    ...chart("system.active_processes", { active: "processes_total" }),
    ...chart("system.forks", { started: "processes_started" }),
    ...chart("system.ctxt", { switches: "context_switches" }),
    ...chart("system.file_nr_used", { used: "file_descriptors_open" }),
    ...chart("system.cpu_some_pressure", { "some 10": "cpu_pressure" }),
    ...chart("system.memory_some_pressure", { "some 10": "memory_pressure" }),
    ...chart("system.io_some_pressure", { "some 10": "io_pressure" }),
  ],
};
