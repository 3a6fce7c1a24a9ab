import type { Tags } from "../senders/point.ts";

/**
 * The common form of the series of all senders: one measure each of the host, or of its CPUs, disks, mounts or network
 * interfaces. Rates are per second, times are shares in percent, others are in bytes or a count. Measures `_counted`
 * are what came within the interval of their sender, and those of a `vm_` are counted outside of the machine. The
 * judged metrics are made of all these (lib/watch/host-metrics.ts).
 */
export const MEASURES = {
  ...of("cpu", [
    "cpu_user",
    "cpu_nice",
    "cpu_system",
    "cpu_irq",
    "cpu_softirq",
    "cpu_steal",
    "cpu_idle",
    "cpu_iowait",
    "cpu_busy",
    "cpu_user_share",
    "cpu_system_share",
    "cpu_idle_share",
    "cpu_iowait_share",
  ]),
  ...of("disk", ["disk_read_bytes", "disk_write_bytes", "disk_reads", "disk_writes", "disk_operations", "disk_busy"]),
  ...of("disk", [
    "disk_read_bytes_counted",
    "disk_write_bytes_counted",
    "disk_reads_counted",
    "disk_writes_counted",
    "disk_busy_counted",
    "vm_disk_read_bytes_counted",
    "vm_disk_write_bytes_counted",
    "vm_disk_reads_counted",
    "vm_disk_writes_counted",
  ]),
  ...of("mount", [
    "mount_size",
    "mount_free",
    "mount_available",
    "mount_used",
    "mount_used_percent",
    "mount_free_percent",
    "inodes_total",
    "inodes_free",
    "inodes_used",
    "inodes_used_percent",
  ]),
  ...of("network", [
    "network_in_bytes",
    "network_out_bytes",
    "network_in_errors",
    "network_out_errors",
    "network_in_drops",
    "network_out_drops",
    "network_in_bytes_counted",
    "network_out_bytes_counted",
    "network_in_errors_counted",
    "network_out_errors_counted",
    "network_in_drops_counted",
    "network_out_drops_counted",
    "vm_network_in_bytes_counted",
    "vm_network_out_bytes_counted",
  ]),
  ...of("host", [
    "load_1m",
    "load_5m",
    "load_15m",
    "memory_total",
    "memory_available",
    "memory_free",
    "memory_used",
    "memory_cached",
    "memory_buffers",
    "memory_used_percent",
    "memory_available_percent",
    "swap_total",
    "swap_free",
    "swap_used",
    "swap_used_percent",
    "swap_in_pages",
    "swap_out_pages",
    "major_faults",
    "oom_kills",
    "processes_running",
    "processes_blocked",
    "processes_zombie",
    "processes_total",
    "processes_started",
    "context_switches",
    "file_descriptors_open",
    "tcp_connections",
    "tcp_retransmits",
    "conntrack_entries",
    "conntrack_max",
    "cpu_pressure",
    "memory_pressure",
    "io_pressure",
  ]),
} as const;

/** Parts of which a host has several. */
export type Part = "cpu" | "disk" | "mount" | "network";
export type Measure = keyof typeof MEASURES;

function of<P extends Part | "host", const M extends string>(part: P, measures: readonly M[]) {
  return Object.fromEntries(measures.map((measure) => [measure, part])) as Readonly<Record<M, P>>;
}

/** Names of senders do not begin with it: `@network_in_bytes:eth0`. */
const MARK = "@";

export function measureName(measure: Measure, instance: string | undefined): string {
  return instance === undefined ? `${MARK}${measure}` : `${MARK}${measure}:${instance}`;
}

export function isMeasure(name: string): boolean {
  return name.startsWith(MARK);
}

/** Whether the value of this name is what came within the interval of its sender, and no rate yet. */
export function isWithinInterval(name: string): boolean {
  const at = name.indexOf(":");
  return isMeasure(name) && name.endsWith("_counted", at < 0 ? name.length : at);
}

/** The measure and the instance in a name; undefined for names of senders. */
export function measureIn(name: string): { readonly measure: string; readonly instance: string } | undefined {
  if (!isMeasure(name)) return undefined;
  const at = name.indexOf(":");
  return at < 0
    ? { measure: name.slice(1), instance: "" }
    : { measure: name.slice(1, at), instance: name.slice(at + 1) };
}

/** The mean of this many describes a machine with more well enough. */
const CPUS_MAX = 128;
/** Devices that pass their bytes on to a disk, or are a part of one: they would count the same bytes twice. */
const NO_DISK =
  /^(?:loop|ram|zram|dm-|md|sr|fd|nbd|total$|_total$)|^(?:sd|hd|vd|xvd)[a-z]+\d+$|^(?:nvme\d+n|mmcblk)\d+p\d+$/i;
/**
 * Loopback, and interfaces that pass the bytes of others on to a card: bridges, bonds, VLANs, ends of virtual machines.
 */
const NO_NETWORK =
  /^(?:lo\d*$|loopback|veth|docker|br-|virbr|cni|flannel|cali|cilium|lxc|eni[0-9a-f]{6}|azv|ovs|vnet|vxlan|tap|bond|team|dummy|ifb|kube|all$|total$)|\.\d+$/i;
const NO_MOUNT =
  /^_total$|^harddiskvolume\d+$|^\/(?:run|proc|sys|dev|snap)(?:\/|$)|^\/var\/lib\/(?:docker|containers|containerd|kubelet)\//i;
/** File systems in memory, of images that are full by nature, or of another machine. */
const NO_FILE_SYSTEM =
  /^(?:tmpfs|devtmpfs|devfs|ramfs|rootfs|overlay|overlayfs|aufs|squashfs|iso9660|udf|autofs|fuse\..*|nsfs|proc|sysfs|cgroup2?|tracefs|debugfs|nfs4?|cifs|smbfs)$/;
const FILE_SYSTEM_TAGS = ["fstype", "type", "filesystem"];

/** A longer name was not given by people, and names have to find room in a host's item. */
export const INSTANCE_LENGTH_MAX = 100;

/** Whether an instance counts among those that people watch on a host. */
export function isCounted(part: Part, instance: string, tags: Tags): boolean {
  if (instance.length > INSTANCE_LENGTH_MAX) return false;
  if (part === "disk") return !NO_DISK.test(instance);
  if (part === "network") return !NO_NETWORK.test(instance);
  if (part === "cpu") return Number(/\d+$/.exec(instance)?.[0] ?? 0) < CPUS_MAX;
  if (NO_MOUNT.test(instance) || NO_FILE_SYSTEM.test(instance)) return false;
  return !FILE_SYSTEM_TAGS.some((tag) => NO_FILE_SYSTEM.test(String(tags[tag])));
}
