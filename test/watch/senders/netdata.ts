import * as m from "./machine.ts";

const MIB = m.KIB ** 2;
const GIB = m.KIB ** 3;
type Dimensions = Readonly<Record<string, number>>;

/** Rows of Netdata's exporting engine, the averages of an interval: a row for each of some 1,200 dimensions. */
export function netdata(n: number): readonly unknown[] {
  const rows: unknown[] = [];
  const chart = (context: string, dimensions: Dimensions, id = context) => {
    for (const [name, value] of Object.entries(dimensions)) {
      const about = {
        prefix: "netdata",
        hostname: m.HOST,
        labels: {},
        chart_name: id,
        chart_family: "any",
        units: "any",
      };
      rows.push({ ...about, chart_id: id, chart_context: context, id: name, name, value, timestamp: m.secondsAt(n) });
    }
  };
  chart("system.cpu", { ...m.CPU, guest: 0, guest_nice: 0 });
  for (const [i, modes] of m.CPUS.entries()) chart("cpu.cpu", modes, `cpu.cpu${i}`);
  chart("system.load", { load1: m.LOAD[0], load5: m.LOAD[1], load15: m.LOAD[2] });
  const { used, free, cached, buffers } = m.MEMORY;
  chart("system.ram", { free: free / MIB, used: used / MIB, cached: cached / MIB, buffers: buffers / MIB });
  chart("mem.available", { avail: m.MEMORY.available / MIB });
  chart("mem.swap", { free: m.SWAP.free / MIB, used: m.SWAP.used / MIB });
  // KiB, of pages of 4 KiB.
  chart("mem.swapio", { in: 4 * m.SWAP.in, out: -4 * m.SWAP.out });
  chart("mem.pgfaults", { minor: 900, major: m.FAULTS.major });
  chart("mem.oom_kill", { kills: m.FAULTS.oom });
  for (const [disk, { read, write, reads, writes, busy }] of Object.entries(m.DISKS)) {
    chart("disk.io", { reads: read / m.KIB, writes: -write / m.KIB }, `disk.${disk}`);
    chart("disk.ops", { reads, writes: -writes }, `disk_ops.${disk}`);
    chart("disk.util", { utilization: busy }, `disk_util.${disk}`);
    chart("disk.busy", { busy: 10 * busy }, `disk_busy.${disk}`);
    chart("disk.backlog", { backlog: 3 }, `disk_backlog.${disk}`);
    chart("disk.await", { reads: 1, writes: -2 }, `disk_await.${disk}`);
  }
  for (const { mount, used, available, size, inodes, inodesUsed } of m.MOUNTS) {
    const name = mount.replaceAll("/", "_");
    const reserved = (size - used - available) / GIB;
    chart(
      "disk.space",
      { avail: available / GIB, used: used / GIB, "reserved for root": reserved },
      `disk_space.${name}`,
    );
    chart(
      "disk.inodes",
      { avail: inodes - inodesUsed, used: inodesUsed, "reserved for root": 0 },
      `disk_inodes.${name}`,
    );
  }
  for (const [network, rates] of Object.entries(m.NETWORKS)) {
    // Kilobits.
    chart("net.net", { received: rates.in / 125, sent: -rates.out / 125 }, `net.${network}`);
    chart("net.errors", { inbound: rates.errorsIn, outbound: -rates.errorsOut }, `net_errors.${network}`);
    chart("net.drops", { inbound: rates.dropsIn, outbound: -rates.dropsOut }, `net_drops.${network}`);
    chart("net.packets", { received: 90, sent: -80, multicast: 0 }, `net_packets.${network}`);
  }
  chart("ipv4.tcpsock", { connections: m.TCP.established });
  chart("ipv4.tcperrors", { InErrs: 0, InCsumErrors: 0, RetransSegs: -m.TCP.retransmits });
  const { running, blocked, total, started, switches, files } = m.PROCESSES;
  chart("system.processes", { running, blocked });
  chart("system.active_processes", { active: total });
  chart("system.forks", { started });
  chart("system.ctxt", { switches });
  chart("system.file_nr_used", { used: files });
  for (const [what, percent] of Object.entries(m.PRESSURE)) {
    chart(`system.${what}_some_pressure`, { "some 10": percent, "some 60": percent + 1, "some 300": percent + 2 });
    chart(`system.${what}_full_pressure`, { "full 10": 0, "full 60": 0, "full 300": 0 });
  }
  const other = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`dimension_${i}`, i]));
  for (const context of [
    "netdata.queries",
    "netdata.workers",
    "system.interrupts",
    "ipv6.icmp",
    "netfilter.conntrack_new",
  ])
    chart(context, other(110));
  for (const context of ["users.cpu", "groups.cpu", "apps.cpu", "apps.mem", "apps.threads", "apps.files"])
    chart(context, other(90));
  return rows;
}
