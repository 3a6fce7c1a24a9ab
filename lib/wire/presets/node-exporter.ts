import type { Measure } from "./measures.ts";
import { type Line, linesOf, type Preset } from "./preset.ts";

/** Seconds in each second. */
const SECONDS_TO_PERCENT = { times: 100, isTotal: true } as const;

const MODES: Readonly<Record<string, Measure>> = {
  ...{ user: "cpu_user", nice: "cpu_nice", system: "cpu_system", irq: "cpu_irq", softirq: "cpu_softirq" },
  ...{ steal: "cpu_steal", idle: "cpu_idle", iowait: "cpu_iowait" },
};

const PLAIN: Readonly<Record<string, Measure>> = {
  ...{ node_load1: "load_1m", node_load5: "load_5m", node_load15: "load_15m" },
  ...{ node_memory_MemTotal_bytes: "memory_total", node_memory_MemAvailable_bytes: "memory_available" },
  ...{ node_memory_SwapTotal_bytes: "swap_total", node_memory_SwapFree_bytes: "swap_free" },
  ...{ node_procs_running: "processes_running", node_procs_blocked: "processes_blocked" },
  ...{ node_processes_pids: "processes_total", node_filefd_allocated: "file_descriptors_open" },
  node_netstat_Tcp_CurrEstab: "tcp_connections",
  ...{ node_nf_conntrack_entries: "conntrack_entries", node_nf_conntrack_entries_limit: "conntrack_max" },
  ...{ node_filesystem_size_bytes: "mount_size", node_filesystem_free_bytes: "mount_free" },
  node_filesystem_avail_bytes: "mount_available",
  ...{ node_filesystem_files: "inodes_total", node_filesystem_files_free: "inodes_free" },
};

const TOTALS: Readonly<Record<string, Measure>> = {
  ...{ node_context_switches_total: "context_switches", node_forks_total: "processes_started" },
  ...{ node_vmstat_pgmajfault: "major_faults", node_vmstat_oom_kill: "oom_kills" },
  ...{ node_vmstat_pswpin: "swap_in_pages", node_vmstat_pswpout: "swap_out_pages" },
  node_netstat_Tcp_RetransSegs: "tcp_retransmits",
  ...{ node_disk_read_bytes_total: "disk_read_bytes", node_disk_written_bytes_total: "disk_write_bytes" },
  ...{ node_disk_reads_completed_total: "disk_reads", node_disk_writes_completed_total: "disk_writes" },
  ...{ node_network_receive_bytes_total: "network_in_bytes", node_network_transmit_bytes_total: "network_out_bytes" },
  ...{ node_network_receive_errs_total: "network_in_errors", node_network_transmit_errs_total: "network_out_errors" },
  ...{ node_network_receive_drop_total: "network_in_drops", node_network_transmit_drop_total: "network_out_drops" },
};

const SECONDS: Readonly<Record<string, Measure>> = {
  node_disk_io_time_seconds_total: "disk_busy",
  node_pressure_cpu_waiting_seconds_total: "cpu_pressure",
  node_pressure_memory_waiting_seconds_total: "memory_pressure",
  node_pressure_io_waiting_seconds_total: "io_pressure",
};

const LINES: readonly Line[] = [
  ...linesOf(MODES, (mode) => ({ series: "node_cpu_seconds_total", where: { mode }, ...SECONDS_TO_PERCENT })),
  { series: "node_processes_state", where: { state: "Z" }, to: "processes_zombie" },
  ...linesOf(PLAIN, (series) => ({ series })),
  ...linesOf(TOTALS, (series) => ({ series, isTotal: true })),
  ...linesOf(SECONDS, (series) => ({ series, ...SECONDS_TO_PERCENT })),
];

/** node_exporter's names. */
export const NODE_EXPORTER: Preset = {
  sender: "node_exporter",
  families: /^node_/,
  tags: { cpu: "cpu", disk: "device", mount: "mountpoint", network: "device" },
  lines: LINES,
};
