import { loadavg } from "node:os";
import { cpuCurrentSpeed, currentLoad, fsStats, mem, networkStats, processes } from "systeminformation";
import type { Metric, Reading } from "./metric-names.ts";

/** One reading on any system that systeminformation knows. Rates count from the previous call: the first has none. */
export async function readPortable(): Promise<Reading> {
  const [cpu, speed, memory, disks, interfaces, tasks] = await Promise.all([
    currentLoad(),
    cpuCurrentSpeed(),
    mem(),
    fsStats(),
    networkStats("*"),
    processes(),
  ]);
  const [load1, load5, load15] = loadavg();
  const network = interfaces.filter(({ iface }) => !/^lo(\d|opback|$)/i.test(iface));
  const values: [Metric, number | null | undefined][] = [
    ["cpu_user_percent", cpu.currentLoadUser + cpu.currentLoadNice],
    ["cpu_system_percent", cpu.currentLoadSystem + cpu.currentLoadIrq],
    ["cpu_busy_percent", cpu.currentLoad],
    ["cpu_frequency_mhz", speed.avg > 0 ? speed.avg * 1000 : undefined],
    // Windows has no load average: Node returns zeros there.
    ["load_1m", process.platform === "win32" ? undefined : load1],
    ["load_5m", process.platform === "win32" ? undefined : load5],
    ["load_15m", process.platform === "win32" ? undefined : load15],
    ["memory_used_percent", memory.total ? 100 * (1 - memory.available / memory.total) : undefined],
    ["memory_available_bytes", memory.available],
    ["swap_used_percent", memory.swaptotal ? (100 * memory.swapused) / memory.swaptotal : undefined],
    // Null on systems whose disks systeminformation cannot see, although its types exclude null.
    ["disk_read_bytes_per_second", disks ? rate(disks.rx_sec) : undefined],
    ["disk_write_bytes_per_second", disks ? rate(disks.wx_sec) : undefined],
    ["network_in_bytes_per_second", network.length ? sumOfRates(network.map((one) => one.rx_sec)) : undefined],
    ["network_out_bytes_per_second", network.length ? sumOfRates(network.map((one) => one.tx_sec)) : undefined],
    ["processes_running", tasks.running],
    ["processes_total", tasks.all],
  ];
  return new Map(values.flatMap(([metric, value]) => (value === undefined ? [] : [[metric, value]])));
}

function sumOfRates(rates: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of rates) {
    const known = rate(value);
    if (known === null) return null;
    total += known;
  }
  return total;
}

/** Systeminformation returns null for a rate that it does not know yet, and a negative one after a reset. */
function rate(value: number | null): number | null {
  return value === null || !Number.isFinite(value) || value < 0 ? null : value;
}
