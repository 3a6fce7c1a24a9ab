import { type Container, memoryOfContainer } from "./container.ts";
import { numberAfter, numbers, sum } from "./kernel-counters.ts";
import type { LinuxFiles } from "./linux-files.ts";
import type { Metric, Reading } from "./metric-names.ts";
import { metricsOfMount } from "./mounts.ts";

/** systemd sets the limit of open files to the largest number there is, of which any use is 0 %. */
const FILES_LIMIT_MAX = 2 ** 40;
/** In °C. Inputs of a chip to which nothing is wired show 127 or less than 0; processors stop by themselves at 115. */
const SENSIBLE = { above: 0, below: 120 };

/** The part of a reading that needs no earlier reading. */
export function parseGauges(files: LinuxFiles, container: Container): Reading {
  const [load1, load5, load15] = numbers(files.loadavg?.split(" ", 3).join(" "));
  const memory = (field: string) => numberAfter(files.meminfo, `${field}:`);
  const available = memory("MemAvailable");
  const [filesOpen, , filesLimit = Number.POSITIVE_INFINITY] = numbers(files.fileNr);
  const gauges: [Metric, number | null | undefined][] = [
    ["cpu_frequency_mhz", meanFrequency(files)],
    ["load_1m", load1],
    ["load_5m", load5],
    ["load_15m", load15],
    ["memory_used_percent", usedPercent(memory("MemTotal"), available)],
    ["memory_available_bytes", available === undefined ? undefined : available * 1024],
    // In a container with a limit these replace the machine's own.
    ...memoryOfContainer(container.memory),
    ["swap_used_percent", usedPercent(memory("SwapTotal"), memory("SwapFree"))],
    ["conntrack_used_percent", percentOf(numbers(files.conntrackCount)[0], numbers(files.conntrackMax)[0])],
    ["file_descriptors_open", filesOpen],
    ["file_descriptors_used_percent", filesLimit < FILES_LIMIT_MAX ? percentOf(filesOpen, filesLimit) : undefined],
    ["processes_running", numberAfter(files.stat, "procs_running")],
    ["processes_blocked", numberAfter(files.stat, "procs_blocked")],
    ["processes_zombie", files.zombies],
    ["processes_total", files.processes],
    ["temperature_celsius", hottest(files.temperatures)],
    ...files.mounts.flatMap(({ path, space }) => metricsOfMount(path, space)),
  ];
  return new Map(gauges.flatMap(([metric, value]) => (value == null ? [] : [[metric, value]])));
}

/** The mean over the cores, in MHz. */
function meanFrequency({ coreFrequencies, cpuinfo }: LinuxFiles): number | undefined {
  const kilohertz = numbers(coreFrequencies.join(" "));
  const megahertz = [...(cpuinfo ?? "").matchAll(/^cpu MHz\s*: ([\d.]+)$/gm)].map(([, value]) => Number(value));
  const all = kilohertz.length ? kilohertz.map((value) => value / 1000) : megahertz;
  return all.length ? sum(all) / all.length : undefined;
}

function hottest(temperatures: readonly string[]): number | undefined {
  const known = temperatures.flatMap((text) => numbers(text).map((value) => value / 1000));
  const sensible = known.filter((value) => value > SENSIBLE.above && value < SENSIBLE.below);
  return sensible.length ? Math.max(...sensible) : undefined;
}

function usedPercent(total: number | undefined, free: number | undefined): number | undefined {
  return !total || free === undefined ? undefined : 100 * (1 - free / total);
}

function percentOf(used: number | undefined, limit: number | undefined): number | undefined {
  return !limit || used === undefined ? undefined : (100 * used) / limit;
}
