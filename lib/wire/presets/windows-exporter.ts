import type { Measure } from "./measures.ts";
import { linesOf, type Preset } from "./preset.ts";

type Series = Readonly<Record<string, Measure>>;

const gauges = (series: Series) => linesOf(series, (name) => ({ series: `windows_${name}` }));
const totals = (series: Series) => linesOf(series, (name) => ({ series: `windows_${name}_total`, isTotal: true }));

/** Seconds in each second. */
const SECONDS_TO_PERCENT = 100;

/** windows_exporter, in its names before and after version 0.30. */
export const WINDOWS_EXPORTER: Preset = {
  sender: "Prometheus windows_exporter",
  families:
    /^windows_(?:cpu|cs|logical_disk|physical_disk|memory|net|os|pagefile|paging|system|tcp|udp|thermalzone|time|service|process|exporter|diskdrive|cpu_info)_/,
  tags: { cpu: "core", disk: "volume", mount: "volume", network: "nic" },
  lines: [
    ...linesOf({ user: "cpu_user", privileged: "cpu_system", idle: "cpu_idle" }, (mode) => ({
      ...{ series: "windows_cpu_time_total", where: { mode }, times: SECONDS_TO_PERCENT, isTotal: true },
    })),
    ...gauges({ memory_available_bytes: "memory_available", memory_physical_total_bytes: "memory_total" }),
    ...gauges({ cs_physical_memory_bytes: "memory_total" }),
    ...totals({ memory_swap_page_reads: "major_faults" }),
    ...gauges({ logical_disk_size_bytes: "mount_size", logical_disk_free_bytes: "mount_available" }),
    ...totals({ logical_disk_read_bytes: "disk_read_bytes", logical_disk_write_bytes: "disk_write_bytes" }),
    ...totals({ logical_disk_reads: "disk_reads", logical_disk_writes: "disk_writes" }),
    ...totals({ net_bytes_received: "network_in_bytes", net_bytes_sent: "network_out_bytes" }),
    ...totals({ net_packets_received_errors: "network_in_errors", net_packets_outbound_errors: "network_out_errors" }),
    ...totals({ net_packets_received_discarded: "network_in_drops" }),
    ...totals({ net_packets_outbound_discarded: "network_out_drops" }),
    ...totals({ system_context_switches: "context_switches" }),
    ...gauges({ system_processes: "processes_total", os_processes: "processes_total" }),
  ],
};
