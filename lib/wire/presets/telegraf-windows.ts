import type { Preset } from "./preset.ts";
import { gauges } from "./telegraf-inputs.ts";

/**
 * Telegraf's performance counters of Windows, under the names of its example configuration. Windows makes the rates.
 */
export const TELEGRAF_WINDOWS: Preset = {
  sender: "Telegraf on Windows",
  families: /^win_(?:cpu|disk|diskio|mem|net|swap|system|proc)$/,
  tags: { cpu: "instance", disk: "instance", mount: "instance", network: "instance" },
  lines: [
    ...gauges("win_cpu", {
      Percent_Processor_Time: "cpu_busy",
      Percent_User_Time: "cpu_user",
      Percent_Privileged_Time: "cpu_system",
    }).map((line) => ({ ...line, where: { instance: "_Total" } })),
    ...gauges("win_mem", { Available_Bytes: "memory_available" }),
    { series: "win_swap", field: "Percent_Usage", where: { instance: "_Total" }, to: "swap_used_percent" },
    ...gauges("win_disk", { Percent_Free_Space: "mount_free_percent" }),
    ...gauges("win_diskio", { Disk_Read_Bytes_persec: "disk_read_bytes", Disk_Write_Bytes_persec: "disk_write_bytes" }),
    ...gauges("win_diskio", { Disk_Reads_persec: "disk_reads", Disk_Writes_persec: "disk_writes" }),
    ...gauges("win_net", { Bytes_Received_persec: "network_in_bytes", Bytes_Sent_persec: "network_out_bytes" }),
    ...gauges("win_system", { Context_Switches_persec: "context_switches", Processes: "processes_total" }),
  ],
};
