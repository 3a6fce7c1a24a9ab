import * as m from "./machine.ts";

type Values = Readonly<Record<string, number>>;

/** collectd's plugins for hosts, as write_http sends them: a list for each plugin, instance and type. */
export function collectd(n: number): readonly unknown[] {
  const lists: unknown[] = [];
  const add = (kind: string, path: string, values: Values) => {
    const [plugin = "", plugin_instance = "", type = "", type_instance = ""] = path.split("|");
    lists.push({
      host: m.HOST,
      // Each plugin reads at a time of its own.
      time: m.secondsAt(n) + (lists.length % 26) / 8,
      interval: 60,
      ...{ plugin, plugin_instance, type, type_instance },
      dsnames: Object.keys(values),
      dstypes: Object.keys(values).map(() => kind),
      values: Object.values(values),
    });
  };
  const gauge = (path: string, value: number) => add("gauge", path, { value });
  const total = (path: string, rates: Values) =>
    add("derive", path, Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, m.grown(rate, n)])));

  const states = { irq: "interrupt", iowait: "wait" } as Readonly<Record<string, string>>;
  for (const [i, modes] of m.CPUS.entries()) {
    // A hundred ticks in a second.
    for (const [mode, percent] of Object.entries(modes))
      total(`cpu|${i}|cpu|${states[mode] ?? mode}`, { value: percent });
  }
  const [shortterm, midterm, longterm] = m.LOAD;
  add("gauge", "load||load", { shortterm, midterm, longterm });
  const { used, free, cached, buffers: buffered } = m.MEMORY;
  const memory = { used, free, cached, buffered, slab_recl: 1e8, slab_unrecl: 5e7 };
  for (const [state, value] of Object.entries(memory)) gauge(`memory||memory|${state}`, value);
  for (const state of ["used", "free"] as const) gauge(`swap||swap|${state}`, m.SWAP[state]);
  gauge("swap||swap|cached", 0);
  for (const direction of ["in", "out"] as const) total(`swap||swap_io|${direction}`, { value: m.SWAP[direction] });
  total("vmem||vmpage_faults", { minflt: 900, majflt: m.FAULTS.major });
  for (let i = 0; i < 120; i++) gauge(`vmem||vmpage_number|pages_${i}`, i);
  for (const { mount, size, used, available, inodes, inodesUsed } of m.MOUNTS) {
    const name = mount === "/" ? "root" : mount.slice(1).replaceAll("/", "-");
    gauge(`df|${name}|df_complex|used`, used);
    gauge(`df|${name}|df_complex|free`, available);
    gauge(`df|${name}|df_complex|reserved`, size - used - available);
    gauge(`df|${name}|df_inodes|used`, inodesUsed);
    gauge(`df|${name}|df_inodes|free`, inodes - inodesUsed);
  }
  for (const [disk, { read, write, reads, writes, busy }] of Object.entries(m.DISKS)) {
    total(`disk|${disk}|disk_octets`, { read, write });
    total(`disk|${disk}|disk_ops`, { read: reads, write: writes });
    total(`disk|${disk}|disk_time`, { read: 3, write: 4 });
    total(`disk|${disk}|disk_merged`, { read: 3, write: 4 });
    // Milliseconds: a tenth of a percent of a second each.
    total(`disk|${disk}|disk_io_time`, { io_time: 10 * busy, weighted_io_time: 12 * busy });
  }
  for (const [network, rates] of Object.entries(m.NETWORKS)) {
    total(`interface|${network}|if_octets`, { rx: rates.in, tx: rates.out });
    total(`interface|${network}|if_packets`, { rx: 90, tx: 80 });
    total(`interface|${network}|if_errors`, { rx: rates.errorsIn, tx: rates.errorsOut });
    total(`interface|${network}|if_dropped`, { rx: rates.dropsIn, tx: rates.dropsOut });
  }
  for (let i = 0; i < 40; i++) total(`irq||irq|${i}`, { value: i });
  const { running, blocked, started, switches } = m.PROCESSES;
  for (const [state, value] of Object.entries({ running, blocked, sleeping: 200, zombies: m.PROCESSES.zombies }))
    gauge(`processes||ps_state|${state}`, value);
  total("processes||fork_rate", { value: started });
  total("contextswitch||contextswitch", { value: switches });
  gauge("uptime||uptime", m.grown(1, n));
  gauge("users||users", 2);
  return lists;
}
