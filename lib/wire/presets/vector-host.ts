import type { Measure } from "./measures.ts";
import { linesOf, type Preset } from "./preset.ts";

type Words = Readonly<Record<string, Measure>>;

/** Names of the source are `host_…`. Vector says which values are totals. */
const host = (measures: Words, times = 1) => linesOf(measures, (name) => ({ series: `host_${name}`, times }));

const MODES: Words = {
  ...{ user: "cpu_user", nice: "cpu_nice", system: "cpu_system", idle: "cpu_idle", io_wait: "cpu_iowait" },
};
/** Seconds in each second, and shares of one. */
const TO_PERCENT = 100;
/** Bytes, in pages of 4 KiB. */
const TO_PAGES = 1 / 4_096;

/** Vector's source host_metrics. */
export const VECTOR: Preset = {
  sender: "Vector host_metrics",
  families:
    /^host_(?:cpu|load|logical_cpus|physical_cpus|memory|disk|filesystem|network|tcp|uptime|boot_time|cgroup)(?:\d*$|_)/,
  tags: { cpu: "cpu", disk: "device", mount: "mountpoint", network: "device" },
  lines: [
    ...linesOf(MODES, (mode) => ({ series: "host_cpu_seconds_total", where: { mode }, times: TO_PERCENT })),
    ...host({ load1: "load_1m", load5: "load_5m", load15: "load_15m" }),
    ...host({ memory_total_bytes: "memory_total", memory_available_bytes: "memory_available" }),
    ...host({ memory_swap_total_bytes: "swap_total", memory_swap_free_bytes: "swap_free" }),
    ...host(
      { memory_swapped_in_bytes_total: "swap_in_pages", memory_swapped_out_bytes_total: "swap_out_pages" },
      TO_PAGES,
    ),
    ...host({ disk_read_bytes_total: "disk_read_bytes", disk_written_bytes_total: "disk_write_bytes" }),
    ...host({ disk_reads_completed_total: "disk_reads", disk_writes_completed_total: "disk_writes" }),
    ...host({ filesystem_used_ratio: "mount_used_percent" }, TO_PERCENT),
    ...host({ network_receive_bytes_total: "network_in_bytes", network_transmit_bytes_total: "network_out_bytes" }),
    ...host({ network_receive_errs_total: "network_in_errors", network_transmit_errs_total: "network_out_errors" }),
  ],
};
