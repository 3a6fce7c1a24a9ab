import * as m from "./machine.ts";

type Fields = Readonly<Record<string, number>>;

/** Metrics of Telegraf's JSON: the inputs of its default configuration, and those that hosts often have beside them. */
export function telegraf(n: number): readonly unknown[] {
  const metrics: unknown[] = [];
  const add = (name: string, fields: Fields, tags: Readonly<Record<string, string>> = {}) =>
    metrics.push({ name, tags: { host: m.HOST, ...tags }, fields, timestamp: m.secondsAt(n) });
  const total = (perSecond: number) => m.grown(perSecond, n);
  const all = [["cpu-total", m.CPU] as const, ...m.CPUS.map((modes, i) => [`cpu${i}`, modes] as const)];
  for (const [cpu, modes] of all) {
    const usages = Object.entries(modes).map(([mode, percent]) => [`usage_${mode}`, percent] as const);
    add("cpu", { ...Object.fromEntries(usages), usage_guest: 0, usage_guest_nice: 0 }, { cpu });
  }
  add("system", { load1: m.LOAD[0], load5: m.LOAD[1], load15: m.LOAD[2], n_cpus: 8, n_users: 2, uptime: total(1) });
  const { total: size, available, free, cached, buffers: buffered, used } = m.MEMORY;
  const percents = { available_percent: 25, used_percent: 75 };
  add("mem", { total: size, available, free, cached, buffered, used, ...percents, dirty: 12, slab: 34, mapped: 56 });
  add("swap", {
    total: m.SWAP.total,
    free: m.SWAP.free,
    used: m.SWAP.used,
    used_percent: 25,
    in: total(5),
    out: total(3),
  });
  for (const { mount: path, device, type: fstype, ...mount } of m.MOUNTS) {
    const fields = { total: mount.size, used: mount.used, free: mount.available };
    const inodes = {
      inodes_total: mount.inodes,
      inodes_used: mount.inodesUsed,
      inodes_free: mount.inodes - mount.inodesUsed,
    };
    const used_percent = (100 * mount.used) / (mount.used + mount.available);
    add("disk", { ...fields, ...inodes, used_percent }, { device, fstype, mode: "rw", path });
  }
  for (const [name, disk] of Object.entries(m.DISKS)) {
    const io = {
      read_bytes: total(disk.read),
      write_bytes: total(disk.write),
      reads: total(disk.reads),
      writes: total(disk.writes),
    };
    // Milliseconds: a tenth of a percent of a second each.
    add(
      "diskio",
      { ...io, io_time: total(10 * disk.busy), read_time: total(2), write_time: total(3), iops_in_progress: 1 },
      { name },
    );
  }
  for (const [network, rates] of Object.entries(m.NETWORKS)) {
    const bytes = {
      bytes_recv: total(rates.in),
      bytes_sent: total(rates.out),
      packets_recv: total(9),
      packets_sent: total(9),
    };
    const errors = { err_in: total(rates.errorsIn), err_out: total(rates.errorsOut) };
    const drops = { drop_in: total(rates.dropsIn), drop_out: total(rates.dropsOut) };
    add("net", { ...bytes, ...errors, ...drops, speed: 1_000 }, { interface: network });
  }
  const { running, blocked, total: processes, started, switches, files } = m.PROCESSES;
  add("processes", {
    running,
    blocked,
    total: processes,
    sleeping: 200,
    zombies: m.PROCESSES.zombies,
    total_threads: 900,
  });
  const kernel = { interrupts: total(4_000), boot_time: 1_795_000_000, entropy_avail: 256 };
  add("kernel", { ...kernel, processes_forked: total(started), context_switches: total(switches) });
  const paging = { pswpin: total(m.SWAP.in), pswpout: total(m.SWAP.out), pgmajfault: total(m.FAULTS.major) };
  const others = Object.fromEntries(Array.from({ length: 160 }, (_, i) => [`nr_pages_${i}`, i]));
  add("kernel_vmstat", { ...others, ...paging, oom_kill: total(m.FAULTS.oom) });
  for (const [resource, percent] of Object.entries(m.PRESSURE)) {
    // Microseconds: a ten-thousandth of a percent of a second each.
    add("pressure", { total: total(10_000 * percent) }, { resource, type: "some" });
    add("pressure", { avg10: percent, avg60: percent, avg300: percent }, { resource, type: "some" });
    add("pressure", { total: total(1) }, { resource, type: "full" });
  }
  add("netstat", { tcp_established: m.TCP.established, tcp_time_wait: 9, tcp_listen: 12, udp_socket: 4 });
  add(
    "nstat",
    { TcpRetransSegs: total(m.TCP.retransmits), TcpInSegs: total(80), UdpInErrors: total(0) },
    { name: "snmp" },
  );
  add("linux_sysctl_fs", { "file-nr": files, "file-max": 9e6, "inode-nr": 12_345 });
  add("conntrack", { nf_conntrack_count: m.CONNTRACK.entries, nf_conntrack_max: m.CONNTRACK.max });
  return metrics;
}
