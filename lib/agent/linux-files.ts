import { existsSync, readdirSync, readFileSync, type StatsFs, statfsSync } from "node:fs";
import { join } from "node:path";
import { isNativeError } from "node:util/types";
import { MOUNTS_MAX, pathsOfMounts } from "./mounts.ts";

/** The contents of the files for one reading; null for a file that cannot be read. */
export interface LinuxFiles {
  readonly uptime: string | null;
  readonly stat: string | null;
  readonly loadavg: string | null;
  readonly meminfo: string | null;
  readonly vmstat: string | null;
  readonly diskstats: string | null;
  readonly netDev: string | null;
  readonly snmp: string | null;
  readonly conntrackCount: string | null;
  readonly conntrackMax: string | null;
  readonly fileNr: string | null;
  readonly cpuPressure: string | null;
  readonly memoryPressure: string | null;
  readonly ioPressure: string | null;
  /** Block devices that are hardware. Partitions, loop, ram, dm and md devices would count the same bytes again. */
  readonly physicalDisks: ReadonlySet<string>;
  readonly processes: number | null;
  readonly zombies: number | null;
  /** `scaling_cur_freq` of each core, in kHz. */
  readonly coreFrequencies: readonly string[];
  /** Only where no core has a frequency of its own, as on virtual machines. */
  readonly cpuinfo: string | null;
  /** In thousandths of a degree Celsius. */
  readonly temperatures: readonly string[];
  readonly container: ContainerFiles;
  readonly mounts: readonly MountSpace[];
}

/** The control files of the container that the agent is in; a machine's own group has none of them. */
export interface ContainerFiles {
  readonly cpuMax: string | null;
  readonly cpuStat: string | null;
  readonly memoryMax: string | null;
  readonly memoryCurrent: string | null;
  readonly memoryStat: string | null;
  readonly memoryEvents: string | null;
}

interface MountSpace {
  readonly path: string;
  readonly space: Pick<StatsFs, "blocks" | "bfree" | "bavail" | "files" | "ffree">;
}

/** Each process is a file to read, and a zombie that matters stays. */
const ZOMBIES_EVERY_SECONDS = 60;
/** Intel's chips have a sensor for each core and one for the whole: two chips of 28 cores have 58. */
const SENSORS_MAX = 64;

/**
 * Reads the files of a machine again and again. `root` is the folder with proc and sys. It reads synchronously: the
 * kernel answers from memory, and the thread pool costs more than the read.
 */
export function openLinuxFiles(root: string, log: (line: string) => void): () => LinuxFiles {
  const at = (path: string) => join(root, path);
  const proc = (name: string) => readText(at(join("proc", name)));
  const sensors = sensorsBelow(at("sys/class"));
  const container = containerReader(at("sys/fs/cgroup"));
  const mounts = mountReader(root, log);
  let zombies: { readonly count: number | null; readonly at: number } | undefined;

  function zombiesNow(uptime: string | null, processes: readonly string[]): number | null {
    const now = Number.parseFloat(uptime ?? "0");
    const isRecent = zombies && now < zombies.at + ZOMBIES_EVERY_SECONDS;
    if (!zombies || !isRecent) zombies = { count: countZombies(proc, processes), at: now };
    return zombies.count;
  }

  return () => {
    const processes = list(at("proc")).filter((name) => /^\d+$/.test(name));
    const coreFrequencies = frequenciesOfCores(at("sys/devices/system/cpu"));
    const uptime = proc("uptime");
    return {
      uptime,
      stat: proc("stat"),
      loadavg: proc("loadavg"),
      meminfo: proc("meminfo"),
      vmstat: proc("vmstat"),
      diskstats: proc("diskstats"),
      netDev: proc("net/dev"),
      snmp: proc("net/snmp"),
      conntrackCount: proc("sys/net/netfilter/nf_conntrack_count"),
      conntrackMax: proc("sys/net/netfilter/nf_conntrack_max"),
      fileNr: proc("sys/fs/file-nr"),
      ...container(proc),
      physicalDisks: new Set(physicalDisks(at("sys/class/block"))),
      processes: processes.length || null,
      zombies: zombiesNow(uptime, processes),
      coreFrequencies,
      cpuinfo: coreFrequencies.length ? null : proc("cpuinfo"),
      temperatures: sensors.flatMap((sensor) => readText(sensor) ?? []),
      mounts: mounts(proc("1/mountinfo") ?? proc("self/mountinfo")),
    };
  };
}

/** Only hardware has a `device`. The paths of a multipath NVMe disk (nvme0c1n1) repeat the counts of their disk. */
function physicalDisks(folder: string): string[] {
  return list(folder).filter((name) => existsSync(join(folder, name, "device")) && !/^nvme\d+c\d+n\d+$/.test(name));
}

function frequenciesOfCores(folder: string): string[] {
  return list(folder)
    .filter((name) => /^cpu\d+$/.test(name))
    .flatMap((core) => readText(join(folder, core, "cpufreq/scaling_cur_freq")) ?? []);
}

/** The files of all temperatures, which do not change while a machine runs. */
function sensorsBelow(folder: string): readonly string[] {
  const below = (name: string, pattern: RegExp) =>
    list(join(folder, name)).flatMap((device) =>
      list(join(folder, name, device))
        .filter((file) => pattern.test(file))
        .map((file) => join(folder, name, device, file)),
    );
  return [...below("thermal", /^temp$/), ...below("hwmon", /^temp\d+_input$/)].slice(0, SENSORS_MAX);
}

/** The state follows the name, which is in parentheses and may hold some itself (proc_pid_stat(5)). */
function countZombies(proc: (name: string) => string | null, processes: readonly string[]): number | null {
  const states = processes.flatMap((pid) => proc(join(pid, "stat"))?.match(/.*\) (\S)/s)?.[1] ?? []);
  return states.length ? states.filter((state) => state === "Z").length : null;
}

/** Pressure is the container's own if the agent is in one: the machine's pressure includes the neighbours'. */
function containerReader(folder: string) {
  const control = (name: string) => readText(join(folder, name));
  // The kernel has these two in every group but the machine's.
  const isContainer = [control("cpu.max"), control("memory.max")].some((text) => text !== null);
  return (proc: (name: string) => string | null) => {
    const pressure = (name: string) => (isContainer ? control(`${name}.pressure`) : proc(`pressure/${name}`));
    return {
      cpuPressure: pressure("cpu"),
      memoryPressure: pressure("memory"),
      ioPressure: pressure("io"),
      container: {
        cpuMax: isContainer ? control("cpu.max") : null,
        cpuStat: isContainer ? control("cpu.stat") : null,
        memoryMax: isContainer ? control("memory.max") : null,
        memoryCurrent: isContainer ? control("memory.current") : null,
        memoryStat: isContainer ? control("memory.stat") : null,
        memoryEvents: isContainer ? control("memory.events") : null,
      },
    };
  };
}

function mountReader(root: string, log: (line: string) => void) {
  let hasSaid = false;
  return (mountinfo: string | null): readonly MountSpace[] => {
    const paths = pathsOfMounts(mountinfo);
    if (paths.length > MOUNTS_MAX && !hasSaid) {
      hasSaid = true;
      const [first] = paths.slice(MOUNTS_MAX);
      log(
        `${paths.length} file systems are mounted: the agent measures the first ${MOUNTS_MAX}, not ${first} and later`,
      );
    }
    return paths.slice(0, MOUNTS_MAX).flatMap((path) => {
      const space = orMissing(() => statfsSync(join(root, path)), null);
      return space ? { path, space } : [];
    });
  };
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
