// A made-up machine as every agent sees it: eight CPUs, two disks, two file systems, two cards, and the devices of
// containers beside them. Rates are constant, so that the judged values can be worked out by hand.
import { START } from "../../factories.ts";

const GIB = 1_073_741_824;
export const KIB = 1_024;
const INTERVAL_SECONDS = 60;
export const HOST = "web-07";

/** The time of the n-th reading, in seconds. */
export const secondsAt = (n: number) => START / 1000 + n * INTERVAL_SECONDS;
/** A total at the n-th reading that grows by this much each second. */
export const grown = (perSecond: number, n: number) => 1_000 + perSecond * n * INTERVAL_SECONDS;

const cpu = { nice: 1, system: 5, irq: 0.5, softirq: 1, steal: 0.5, iowait: 2 };
/** Percent of each CPU by mode. */
export const CPUS: readonly Readonly<Record<string, number>>[] = [0, 1, 2, 3, 4, 5, 6, 7].map((n) =>
  n % 2 === 0 ? { ...cpu, user: 20, idle: 70 } : { ...cpu, user: 40, idle: 50 },
);
/** The mean of all CPUs by mode. */
export const CPU = { ...cpu, user: 30, idle: 60 };
export const LOAD = [1.5, 1.25, 0.75] as const;
export const MEMORY = {
  total: 16 * GIB,
  available: 4 * GIB,
  free: GIB,
  cached: 2.5 * GIB,
  buffers: 0.5 * GIB,
  used: 12 * GIB,
};
export const SWAP = { total: 4 * GIB, free: 3 * GIB, used: GIB, in: 5, out: 3 };
/** One process is killed each minute. */
export const FAULTS = { major: 2, oom: 1 / 60 };
/** Per second; busy in percent. */
export const DISKS: Readonly<
  Record<
    string,
    {
      readonly read: number;
      readonly write: number;
      readonly reads: number;
      readonly writes: number;
      readonly busy: number;
    }
  >
> = {
  sda: { read: 1_000_000, write: 2_048_000, reads: 10, writes: 40, busy: 30 },
  nvme0n1: { read: 24_000, write: 0, reads: 1, writes: 0, busy: 5 },
  sda1: { read: 1_000_000, write: 2_048_000, reads: 10, writes: 40, busy: 99 },
  "dm-0": { read: 1_000_000, write: 2_048_000, reads: 10, writes: 40, busy: 99 },
  loop0: { read: 5_000, write: 0, reads: 2, writes: 0, busy: 99 },
};
const full = { size: 1e9, used: 1e9, free: 0, available: 0, inodes: 100, inodesUsed: 100 };
export const MOUNTS = [
  {
    mount: "/",
    device: "sda1",
    type: "ext4",
    size: 100e9,
    used: 38e9,
    free: 62e9,
    available: 57e9,
    inodes: 1e6,
    inodesUsed: 250_000,
  },
  {
    mount: "/var",
    device: "nvme0n1",
    type: "xfs",
    size: 50e9,
    used: 45e9,
    free: 5e9,
    available: 5e9,
    inodes: 400_000,
    inodesUsed: 40_000,
  },
  { mount: "/run", device: "tmpfs", type: "tmpfs", ...full },
  { mount: "/snap/core/1", device: "loop0", type: "squashfs", ...full },
  { mount: "/var/lib/docker/overlay2/ab12/merged", device: "overlay", type: "overlay", ...full },
] as const;
const noise = { in: 7e8, out: 7e8, errorsIn: 9, errorsOut: 9, dropsIn: 9, dropsOut: 9 };
/** Per second. */
export const NETWORKS: Readonly<Record<string, typeof noise>> = {
  eth0: { in: 125_000, out: 50_000, errorsIn: 0.5, errorsOut: 0.25, dropsIn: 1, dropsOut: 0 },
  eth1: { in: 25_000, out: 0, errorsIn: 0, errorsOut: 0, dropsIn: 0, dropsOut: 0 },
  lo: noise,
  docker0: noise,
  veth1a2b3c4: noise,
};
export const TCP = { established: 120, retransmits: 4 };
export const CONNTRACK = { entries: 2_000, max: 8_000 };
export const PROCESSES = { running: 3, blocked: 1, zombies: 2, total: 211, started: 6, switches: 9_000, files: 4_096 };
/** Percent. */
export const PRESSURE = { cpu: 10, memory: 0, io: 5 };

/** The scorer judges these, worked out by hand: the CPUs' mean, sums over disks and cards, the worst of both disks. */
export const JUDGED: Readonly<Record<string, number>> = {
  cpu_busy_percent: 38, // 100 − (70 + 50) / 2 − 2
  cpu_user_percent: 31, // (20 + 40) / 2 + 1
  cpu_system_percent: 6.5, // 5 + 0.5 + 1
  cpu_iowait_percent: 2,
  cpu_steal_percent: 0.5,
  load_1m: 1.5,
  load_5m: 1.25,
  load_15m: 0.75,
  memory_used_percent: 75, // 12 of 16 GiB
  memory_available_bytes: 4_294_967_296,
  swap_used_percent: 25, // 1 of 4 GiB
  swap_pages_per_second: 8, // 5 + 3
  major_faults_per_second: 2,
  oom_kills: 1,
  disk_read_bytes_per_second: 1_024_000, // 1,000,000 + 24,000
  disk_write_bytes_per_second: 2_048_000,
  disk_operations_per_second: 51, // 10 + 40 + 1
  disk_busy_percent: 30,
  network_in_bytes_per_second: 150_000, // 125,000 + 25,000
  network_out_bytes_per_second: 50_000,
  network_errors_per_second: 0.75, // 0.5 + 0.25
  network_drops_per_second: 1,
  tcp_connections: 120,
  tcp_retransmits_per_second: 4,
  conntrack_used_percent: 25, // 2,000 of 8,000
  processes_running: 3,
  processes_blocked: 1,
  processes_zombie: 2,
  processes_total: 211,
  processes_started_per_second: 6,
  context_switches_per_second: 9_000,
  file_descriptors_open: 4_096,
  cpu_pressure_some_percent: 10,
  memory_pressure_some_percent: 0,
  io_pressure_some_percent: 5,
  "disk_used_percent:/": 40, // 38 of 38 + 57
  "disk_used_percent:/var": 90, // 45 of 45 + 5
  "disk_inodes_used_percent:/": 25, // 250,000 of 1,000,000
  "disk_inodes_used_percent:/var": 10, // 40,000 of 400,000
};
