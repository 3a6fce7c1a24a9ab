import type { Measure } from "./measures.ts";
import { type Line, linesOf, MS_TO_PERCENT, type Preset } from "./preset.ts";

type Words = Readonly<Record<string, Measure>>;

/** Means of a period. */
const agent = (measures: Words, where?: Readonly<Record<string, string>>) =>
  linesOf(measures, (name) => ({ series: `CWAgent/${name}`, ...(where ? { where } : {}) }));

const CPU: Words = {
  ...{ cpu_usage_user: "cpu_user", cpu_usage_nice: "cpu_nice", cpu_usage_system: "cpu_system" },
  ...{ cpu_usage_irq: "cpu_irq", cpu_usage_softirq: "cpu_softirq", cpu_usage_steal: "cpu_steal" },
  ...{ cpu_usage_idle: "cpu_idle", cpu_usage_iowait: "cpu_iowait" },
};

/** Sums of a period: bytes, operations and milliseconds within it. */
const counted = (prefix: string, measures: Words, about: Pick<Line, "instance" | "times"> = {}) =>
  linesOf(measures, (name) => ({ series: `${prefix}${name}`, field: "sum", ...about }));

const OF_DISK: Words = {
  ...{ ReadBytes: "vm_disk_read_bytes_counted", WriteBytes: "vm_disk_write_bytes_counted" },
  ...{ ReadOps: "vm_disk_reads_counted", WriteOps: "vm_disk_writes_counted" },
};
const OF_NETWORK: Words = { In: "vm_network_in_bytes_counted", Out: "vm_network_out_bytes_counted" };

const EC2_FAMILIES =
  /^AWS\/EC2\/(?:CPUUtilization$|Network(?:In|Out)$|NetworkPackets|(?:Disk|EBS)(?:Read|Write)(?:Bytes|Ops)$|Metadata|CPU(?:Credit|Surplus))/;
const AGENT_FAMILIES = /^CWAgent\/(?:cpu_(?:usage|time)|mem|swap|disk|diskio|net|processes|netstat)_/;

/**
 * Metric streams of EC2, and of CloudWatch's agent, which sends disks and networks as what came since the value before
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/metrics-collected-by-CloudWatch-agent.html).
 */
export const CLOUDWATCH: Preset = {
  sender: "CloudWatch metric streams",
  families: new RegExp(`${EC2_FAMILIES.source}|${AGENT_FAMILIES.source}`),
  tags: { mount: "path", disk: "name", network: "interface" },
  lines: [
    { series: "AWS/EC2/CPUUtilization", to: "cpu_busy" },
    // Volumes of the instance itself, and volumes of EBS: each the sum over its devices.
    ...counted("AWS/EC2/Disk", OF_DISK, { instance: "store" }),
    ...counted("AWS/EC2/EBS", OF_DISK, { instance: "ebs" }),
    ...counted("AWS/EC2/Network", OF_NETWORK, { instance: "all" }),
    ...agent(CPU, { cpu: "cpu-total" }),
    ...agent({ mem_used_percent: "memory_used_percent", mem_available_percent: "memory_available_percent" }),
    ...agent({ mem_available: "memory_available", swap_used_percent: "swap_used_percent" }),
    ...agent({ disk_used_percent: "mount_used_percent" }),
    ...agent({ disk_inodes_total: "inodes_total", disk_inodes_used: "inodes_used" }),
    ...counted("CWAgent/diskio_", { read_bytes: "disk_read_bytes_counted", write_bytes: "disk_write_bytes_counted" }),
    ...counted("CWAgent/diskio_", { reads: "disk_reads_counted", writes: "disk_writes_counted" }),
    ...counted("CWAgent/diskio_", { io_time: "disk_busy_counted" }, { times: MS_TO_PERCENT }),
    ...counted("CWAgent/net_", { bytes_recv: "network_in_bytes_counted", bytes_sent: "network_out_bytes_counted" }),
    ...counted("CWAgent/net_", { err_in: "network_in_errors_counted", err_out: "network_out_errors_counted" }),
    ...counted("CWAgent/net_", { drop_in: "network_in_drops_counted", drop_out: "network_out_drops_counted" }),
    ...agent({ processes_running: "processes_running", processes_blocked: "processes_blocked" }),
    ...agent({ processes_zombies: "processes_zombie", processes_total: "processes_total" }),
    ...agent({ netstat_tcp_established: "tcp_connections" }),
  ],
};

/** Shares in percent of a node of Kubernetes, or of an instance of ECS. */
const SHARES: Words = {
  cpu_utilization: "cpu_busy",
  memory_utilization: "memory_used_percent",
  filesystem_utilization: "mount_used_percent",
};

/**
 * CloudWatch's Container Insights, in embedded metric format and in metric streams
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-EKS.html).
 */
export const CONTAINER_INSIGHTS: Preset = {
  sender: "CloudWatch Container Insights",
  families: /^(?:ContainerInsights\/)?(?:node|instance)_(?:cpu|memory|filesystem)_/,
  tags: {},
  lines: ["node_", "instance_"].flatMap((of) => [
    ...linesOf(SHARES, (name) => ({ series: `${of}${name}` })),
    ...linesOf(SHARES, (name) => ({ series: `ContainerInsights/${of}${name}` })),
  ]),
};
