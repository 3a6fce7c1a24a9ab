import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isNativeError } from "node:util/types";
import { type LinuxFiles, parseLinux, readingBetween } from "./linux.ts";
import { METRICS, type Metric, MOUNT_METRICS, type Reading } from "./metric-names.ts";

/** A host's metrics: the same names in the same order from start to end, and null for an unknown value. */
export interface Collector {
  readonly names: readonly Metric[];
  sample(): Promise<readonly (number | null)[]>;
}

/** Opens the collector for a value of `process.platform`. On Linux, `root` is the folder with proc and sys. */
export async function openCollector(platform: string, root = "/"): Promise<Collector> {
  if (platform === "linux") return namesFixed(linuxReader(root));
  // Loaded only where it is used: the library is large, and a Linux host does not need it.
  return namesFixed((await import("./portable.ts")).readPortable);
}

async function namesFixed(read: () => Promise<Reading>): Promise<Collector> {
  const first = await read();
  const names = namesOf(first);
  if (names.length === 0) throw new Error("no metric can be read on this machine: on Linux, is /proc mounted?");
  return {
    names,
    async sample() {
      const reading = await read();
      return names.map((name) => reading.get(name) ?? null);
    },
  };
}

/** The names of a reading in the order of records: METRICS, and then those of each mount. */
function namesOf(reading: Reading): readonly Metric[] {
  const mounts = [...reading.keys()].filter((name) => name.includes(":")).map((name) => name.replace(/^[^:]*:/, ""));
  const perMount = [...new Set(mounts)]
    .sort()
    .flatMap((mount) => MOUNT_METRICS.map((name) => `${name}:${mount}` as const));
  return [...METRICS, ...perMount].filter((name) => reading.has(name));
}

function linuxReader(root: string): () => Promise<Reading> {
  let before = parseLinux(readLinux(root));
  return async () => {
    const after = parseLinux(readLinux(root));
    const reading = readingBetween(before, after);
    before = after;
    return reading;
  };
}

/** Reads synchronously: the kernel answers from memory, and the thread pool costs more than the read. */
function readLinux(root: string): LinuxFiles {
  const proc = (name: string) => readText(join(root, "proc", name));
  const processes = list(join(root, "proc")).filter((name) => /^\d+$/.test(name)).length;
  return {
    uptime: proc("uptime"),
    stat: proc("stat"),
    loadavg: proc("loadavg"),
    meminfo: proc("meminfo"),
    diskstats: proc("diskstats"),
    netDev: proc("net/dev"),
    physicalDisks: new Set(physicalDisks(join(root, "sys/class/block"))),
    processes: processes || null,
    coreFrequencies: coreFrequencies(join(root, "sys/devices/system/cpu")),
  };
}

/** Only hardware has a `device`. The paths of a multipath NVMe disk (nvme0c1n1) repeat the counts of their disk. */
function physicalDisks(folder: string): string[] {
  return list(folder).filter((name) => existsSync(join(folder, name, "device")) && !/^nvme\d+c\d+n\d+$/.test(name));
}

function coreFrequencies(folder: string): string[] {
  return list(folder)
    .filter((name) => /^cpu\d+$/.test(name))
    .flatMap((core) => readText(join(folder, core, "cpufreq/scaling_cur_freq")) ?? []);
}

function readText(path: string): string | null {
  return orMissing(() => readFileSync(path, "utf8"), null);
}

function list(folder: string): string[] {
  return orMissing(() => readdirSync(folder), []);
}

/** A missing or unreadable file means missing metrics. Only errors of the system are caught. */
function orMissing<T>(read: () => T, missing: T): T {
  try {
    return read();
  } catch (error) {
    if (isNativeError(error) && "code" in error) return missing;
    throw error;
  }
}
