import type { Measure } from "./measures.ts";
import { type Line, linesOf, MS_TO_PERCENT, type Preset } from "./preset.ts";

type Words = Readonly<Record<string, Measure>>;

const byInstance = (series: string, measures: Words, more: Partial<Line> = {}) =>
  linesOf(measures, (type_instance) => ({ series, field: "value", where: { type_instance }, ...more }));
const byField = (series: string, measures: Words, more: Partial<Line> = {}) =>
  linesOf(measures, (field) => ({ series, field, ...more }));

const STATES: Words = {
  ...{ user: "cpu_user", nice: "cpu_nice", system: "cpu_system", interrupt: "cpu_irq", softirq: "cpu_softirq" },
  ...{ steal: "cpu_steal", idle: "cpu_idle", wait: "cpu_iowait" },
};
const TOTAL = { isTotal: true } as const;

/** The plugin df writes / as root, and /var/log as var-log. */
function mountOf(written: string): string {
  return written === "root" ? "/" : `/${written.replaceAll("-", "/")}`;
}

/** collectd's plugins for hosts; series are called plugin_type. A CPU's ticks are hundredths of a second: percent. */
export const COLLECTD: Preset = {
  sender: "collectd",
  families:
    /^(?:cpu|cpu_percent|cpufreq|memory|memory_percent|swap|swap_\w+|load|df_\w+|disk_\w+|interface_\w+|processes_(?:ps_state|fork_rate)|contextswitch|vmem_\w+|irq|entropy|uptime|users)$/,
  tags: { cpu: "plugin_instance", disk: "plugin_instance", mount: "plugin_instance", network: "plugin_instance" },
  instance: (written, part) => (part === "mount" ? mountOf(written) : written),
  lines: [
    ...byInstance("cpu", STATES, TOTAL),
    ...byInstance("cpu_percent", STATES),
    ...byField("load", { shortterm: "load_1m", midterm: "load_5m", longterm: "load_15m" }),
    ...byInstance("memory", { used: "memory_used", free: "memory_free" }),
    ...byInstance("memory", { cached: "memory_cached", buffered: "memory_buffers" }),
    ...byInstance("swap", { used: "swap_used", free: "swap_free" }),
    ...byInstance("swap_swap_io", { in: "swap_in_pages", out: "swap_out_pages" }, TOTAL),
    ...byField("vmem_vmpage_faults", { majflt: "major_faults" }, TOTAL),
    ...byInstance("df_df_complex", { used: "mount_used", free: "mount_available" }),
    ...byInstance("df_df_inodes", { used: "inodes_used", free: "inodes_free" }),
    ...byField("disk_disk_octets", { read: "disk_read_bytes", write: "disk_write_bytes" }, TOTAL),
    ...byField("disk_disk_ops", { read: "disk_reads", write: "disk_writes" }, TOTAL),
    ...byField("disk_disk_io_time", { io_time: "disk_busy" }, { ...TOTAL, times: MS_TO_PERCENT }),
    ...byField("interface_if_octets", { rx: "network_in_bytes", tx: "network_out_bytes" }, TOTAL),
    ...byField("interface_if_errors", { rx: "network_in_errors", tx: "network_out_errors" }, TOTAL),
    ...byField("interface_if_dropped", { rx: "network_in_drops", tx: "network_out_drops" }, TOTAL),
    ...byInstance("processes_ps_state", {
      running: "processes_running",
      blocked: "processes_blocked",
      zombies: "processes_zombie",
    }),
    { series: "processes_fork_rate", field: "value", to: "processes_started", ...TOTAL },
    { series: "contextswitch", field: "value", to: "context_switches", ...TOTAL },
  ],
};
