import type { Measure } from "./measures.ts";
import { linesOf, type Preset } from "./preset.ts";

type Words = Readonly<Record<string, Measure>>;

const of = (activity: string, measures: Words, times = 1) =>
  linesOf(measures, (name) => ({ series: `${activity}.${name}`, times }));

const KB = 1_024;
/** `sadf -j -- -u`, and with `-u ALL`. */
const CPU: Words = {
  ...{ user: "cpu_user", usr: "cpu_user", nice: "cpu_nice", system: "cpu_system", sys: "cpu_system" },
  ...{ irq: "cpu_irq", soft: "cpu_softirq", steal: "cpu_steal", idle: "cpu_idle", iowait: "cpu_iowait" },
};

/** sysstat's `sadf -j`, which gives rates. */
export const SYSSTAT: Preset = {
  sender: "sysstat",
  families: /./,
  tags: { disk: "disk-device", mount: "filesystem", network: "iface" },
  instance: (written) => written.replace(/^\/dev\//, ""),
  lines: [
    ...of("cpu-load", CPU).map((line) => ({ ...line, where: { cpu: "all" } })),
    ...of("queue", { "ldavg-1": "load_1m", "ldavg-5": "load_5m", "ldavg-15": "load_15m" }),
    ...of("queue", { "runq-sz": "processes_running", blocked: "processes_blocked" }),
    ...of("memory", { avail: "memory_available" }, KB),
    ...of("memory", { "memused-percent": "memory_used_percent", "swpused-percent": "swap_used_percent" }),
    ...of("swap-pages", { pswpin: "swap_in_pages", pswpout: "swap_out_pages" }),
    ...of("paging", { majflt: "major_faults" }),
    ...of("disk", { rkB: "disk_read_bytes", wkB: "disk_write_bytes" }, KB),
    ...of("disk", { tps: "disk_operations", "util-percent": "disk_busy" }),
    ...of("filesystems", { "%ufsused": "mount_used_percent", "%Iused": "inodes_used_percent" }),
    ...of("network.net-dev", { rxkB: "network_in_bytes", txkB: "network_out_bytes" }, KB),
    ...of("network.net-edev", { rxerr: "network_in_errors", txerr: "network_out_errors" }),
    ...of("network.net-edev", { rxdrop: "network_in_drops", txdrop: "network_out_drops" }),
    ...of("network.net-etcp", { retrans: "tcp_retransmits" }),
    ...of("process-and-context-switch", { proc: "processes_started", cswch: "context_switches" }),
    ...of("kernel", { "file-nr": "file_descriptors_open" }),
    ...of("psi.psi-cpu", { some_avg: "cpu_pressure" }),
    ...of("psi.psi-mem", { some_avg: "memory_pressure" }),
    ...of("psi.psi-io", { some_avg: "io_pressure" }),
  ],
};
