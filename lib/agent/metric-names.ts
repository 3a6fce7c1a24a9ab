/** Every metric that the agent can send, each ending in its unit. docs/agent.md explains them. */
export const METRICS = [
  "cpu_user_percent",
  "cpu_system_percent",
  "cpu_iowait_percent",
  "cpu_busy_percent",
  "cpu_frequency_mhz",
  "load_1m",
  "load_5m",
  "load_15m",
  "memory_used_percent",
  "memory_available_bytes",
  "swap_used_percent",
  "disk_read_bytes_per_second",
  "disk_write_bytes_per_second",
  "disk_busy_percent",
  "network_in_bytes_per_second",
  "network_out_bytes_per_second",
  "processes_running",
  "processes_total",
] as const;

export type Metric = (typeof METRICS)[number];

/** One reading. Null: the value of this metric is unknown now. Absent: the machine does not show this metric. */
export type Reading = ReadonlyMap<Metric, number | null>;
