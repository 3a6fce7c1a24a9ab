import type { Measure } from "./measures.ts";
import { linesOf, type Preset } from "./preset.ts";

type Words = Readonly<Record<string, Measure>>;

const system = (measures: Words, times = 1) => linesOf(measures, (name) => ({ series: `system.${name}`, times }));

const RATIO_TO_PERCENT = 100;
const KB = 1_024;
const MB = 1_024 ** 2;

/** The core checks of Datadog's agent, which sends rates. */
export const DATADOG: Preset = {
  sender: "Datadog",
  families: /^system\.(?:cpu|load|mem|swap|disk|fs|io|net|uptime|core|proc|linux)\b|^datadog\.|^ntp\.offset$/,
  tags: { disk: "device", mount: "device", network: "interface" },
  instance: (written) => written.replace(/^\/dev\//, ""),
  lines: [
    ...system({ "cpu.user": "cpu_user", "cpu.system": "cpu_system", "cpu.iowait": "cpu_iowait" }),
    ...system({ "cpu.idle": "cpu_idle", "cpu.stolen": "cpu_steal" }),
    ...system({ "load.1": "load_1m", "load.5": "load_5m", "load.15": "load_15m" }),
    ...system({ "mem.pct_usable": "memory_available_percent" }, RATIO_TO_PERCENT),
    ...system({ "mem.usable": "memory_available", "swap.total": "swap_total", "swap.free": "swap_free" }, MB),
    ...system({ "disk.in_use": "mount_used_percent", "fs.inodes.in_use": "inodes_used_percent" }, RATIO_TO_PERCENT),
    ...system({ "io.rkb_s": "disk_read_bytes", "io.wkb_s": "disk_write_bytes" }, KB),
    ...system({ "io.r_s": "disk_reads", "io.w_s": "disk_writes", "io.util": "disk_busy" }),
    ...system({ "net.bytes_rcvd": "network_in_bytes", "net.bytes_sent": "network_out_bytes" }),
    ...system({ "net.packets_in.error": "network_in_errors", "net.packets_out.error": "network_out_errors" }),
    ...system({ "net.tcp.retrans_segs": "tcp_retransmits", "linux.context_switches": "context_switches" }),
  ],
};
