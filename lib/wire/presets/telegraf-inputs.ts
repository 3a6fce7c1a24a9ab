import type { Measure } from "./measures.ts";
import { linesOf, MS_TO_PERCENT, type Preset } from "./preset.ts";

type Fields = Readonly<Record<string, Measure>>;

export const gauges = (series: string, fields: Fields) => linesOf(fields, (field) => ({ series, field }));
const totals = (series: string, fields: Fields, times = 1) =>
  linesOf(fields, (field) => ({ series, field, times, isTotal: true }));

const CPU: Fields = {
  ...{ usage_user: "cpu_user", usage_nice: "cpu_nice", usage_system: "cpu_system", usage_irq: "cpu_irq" },
  ...{ usage_softirq: "cpu_softirq", usage_steal: "cpu_steal", usage_idle: "cpu_idle", usage_iowait: "cpu_iowait" },
};

const US_TO_PERCENT = 0.0001;

/** Telegraf's inputs for hosts, as JSON and as influx line protocol. */
export const TELEGRAF: Preset = {
  sender: "Telegraf",
  families:
    /^(?:cpu|mem|swap|system|processes|kernel|kernel_vmstat|disk|diskio|net|netstat|nstat|interrupts|soft_interrupts|linux_sysctl_fs|conntrack|pressure|internal(?:_\w+)?)$/,
  tags: { cpu: "cpu", disk: "name", mount: "path", network: "interface" },
  lines: [
    ...gauges("cpu", CPU).map((line) => ({ ...line, where: { cpu: "cpu-total" } })),
    ...gauges("system", { load1: "load_1m", load5: "load_5m", load15: "load_15m" }),
    ...gauges("mem", { total: "memory_total", available: "memory_available" }),
    ...gauges("swap", { used_percent: "swap_used_percent" }),
    ...gauges("disk", { used_percent: "mount_used_percent" }),
    ...gauges("disk", { inodes_total: "inodes_total", inodes_free: "inodes_free" }),
    ...totals("diskio", { read_bytes: "disk_read_bytes", write_bytes: "disk_write_bytes" }),
    ...totals("diskio", { reads: "disk_reads", writes: "disk_writes" }),
    ...totals("diskio", { io_time: "disk_busy" }, MS_TO_PERCENT),
    ...totals("net", { bytes_recv: "network_in_bytes", bytes_sent: "network_out_bytes" }),
    ...totals("net", { err_in: "network_in_errors", err_out: "network_out_errors" }),
    ...totals("net", { drop_in: "network_in_drops", drop_out: "network_out_drops" }),
    ...gauges("processes", {
      running: "processes_running",
      blocked: "processes_blocked",
      zombies: "processes_zombie",
      total: "processes_total",
    }),
    ...totals("kernel", { processes_forked: "processes_started", context_switches: "context_switches" }),
    ...totals("kernel_vmstat", { pgmajfault: "major_faults", oom_kill: "oom_kills" }),
    ...totals("kernel_vmstat", { pswpin: "swap_in_pages", pswpout: "swap_out_pages" }),
    ...linesOf({ cpu: "cpu_pressure", memory: "memory_pressure", io: "io_pressure" }, (resource) => ({
      ...{ series: "pressure", field: "total", where: { resource, type: "some" }, times: US_TO_PERCENT, isTotal: true },
    })),
    ...gauges("netstat", { tcp_established: "tcp_connections" }),
    ...totals("nstat", { TcpRetransSegs: "tcp_retransmits" }),
    ...gauges("linux_sysctl_fs", { "file-nr": "file_descriptors_open" }),
    ...gauges("conntrack", { ip_conntrack_count: "conntrack_entries", ip_conntrack_max: "conntrack_max" }),
    ...gauges("conntrack", { nf_conntrack_count: "conntrack_entries", nf_conntrack_max: "conntrack_max" }),
  ],
};
