/** Every metric of a machine that the agent can send, each ending in its unit. docs/agent.md explains them. */
export const METRICS = [
  "cpu_user_percent",
  "cpu_system_percent",
  "cpu_iowait_percent",
  "cpu_steal_percent",
  "cpu_busy_percent",
  "cpu_throttled_percent",
  "cpu_pressure_some_percent",
  "cpu_frequency_mhz",
  "load_1m",
  "load_5m",
  "load_15m",
  "memory_used_percent",
  "memory_available_bytes",
  "memory_pressure_some_percent",
  "memory_pressure_full_percent",
  "swap_used_percent",
  "oom_kills",
  "disk_read_bytes_per_second",
  "disk_write_bytes_per_second",
  "disk_busy_percent",
  "io_pressure_some_percent",
  "io_pressure_full_percent",
  "network_in_bytes_per_second",
  "network_out_bytes_per_second",
  "network_errors_per_second",
  "network_drops_per_second",
  "tcp_retransmits_per_second",
  "conntrack_used_percent",
  "file_descriptors_open",
  "file_descriptors_used_percent",
  "processes_running",
  "processes_blocked",
  "processes_zombie",
  "processes_total",
  "temperature_celsius",
] as const;

/** Metrics of each mounted file system: the mount follows the name, as in `disk_used_percent:/var`. */
export const MOUNT_METRICS = ["disk_used_percent", "disk_inodes_used_percent"] as const;

export type Metric = (typeof METRICS)[number] | `${(typeof MOUNT_METRICS)[number]}:${string}`;

/** One reading. Null: the value of this metric is unknown now. Absent: the machine does not show this metric. */
export type Reading = ReadonlyMap<Metric, number | null>;
