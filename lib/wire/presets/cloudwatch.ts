import type { Measure } from "./measures.ts";
import { linesOf, type Preset } from "./preset.ts";

type Words = Readonly<Record<string, Measure>>;

/** Means of a period. */
const agent = (measures: Words, where?: Readonly<Record<string, string>>) =>
  linesOf(measures, (name) => ({ series: `CWAgent/${name}`, ...(where ? { where } : {}) }));

const CPU: Words = {
  ...{ cpu_usage_user: "cpu_user", cpu_usage_nice: "cpu_nice", cpu_usage_system: "cpu_system" },
  ...{ cpu_usage_irq: "cpu_irq", cpu_usage_softirq: "cpu_softirq", cpu_usage_steal: "cpu_steal" },
  ...{ cpu_usage_idle: "cpu_idle", cpu_usage_iowait: "cpu_iowait" },
};

/** Metric streams of EC2, and of CloudWatch's agent. Counts within a period stay counts: the period is not known. */
export const CLOUDWATCH: Preset = {
  sender: "CloudWatch metric streams",
  families: /^AWS\/EC2\/CPUUtilization$|^CWAgent\/(?:cpu_usage|mem|swap|disk|processes|netstat)_/,
  tags: { mount: "path" },
  lines: [
    { series: "AWS/EC2/CPUUtilization", to: "cpu_busy" },
    ...agent(CPU, { cpu: "cpu-total" }),
    ...agent({ mem_used_percent: "memory_used_percent", mem_available_percent: "memory_available_percent" }),
    ...agent({ mem_available: "memory_available", swap_used_percent: "swap_used_percent" }),
    ...agent({ disk_used_percent: "mount_used_percent" }),
    ...agent({ disk_inodes_total: "inodes_total", disk_inodes_used: "inodes_used" }),
    ...agent({ processes_running: "processes_running", processes_blocked: "processes_blocked" }),
    ...agent({ processes_total: "processes_total", netstat_tcp_established: "tcp_connections" }),
  ],
};
