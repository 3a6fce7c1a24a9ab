import { difference, numberAfter, numbers } from "./kernel-counters.ts";
import type { ContainerFiles } from "./linux-files.ts";
import type { Metric } from "./metric-names.ts";

/** Use and limits of a container by its control files (https://docs.kernel.org/admin-guide/cgroup-v2.html). */
export interface Container {
  /** Null where no limit holds, so that the machine's own numbers do. */
  readonly cpu: CpuUse | null;
  readonly memory: { readonly limit: number; readonly used: number } | null;
  readonly oomKills: number | undefined;
}

interface CpuUse {
  /** The limit, in cores. */
  readonly cores: number;
  /** Microseconds since the container began. */
  readonly total: number | undefined;
  readonly user: number | undefined;
  readonly system: number | undefined;
  readonly periods: number | undefined;
  readonly throttled: number | undefined;
}

export function parseContainer(files: ContainerFiles): Container {
  // "50000 100000" is half a core; without a limit the first word is "max".
  const [quota, period] = numbers(files.cpuMax);
  const stat = (word: string) => numberAfter(files.cpuStat, word);
  const [limit] = numbers(files.memoryMax);
  const [current] = numbers(files.memoryCurrent);
  // The kernel gives the inactive files up before it runs out of memory.
  const inactive = numberAfter(files.memoryStat, "inactive_file") ?? 0;
  return {
    cpu:
      quota && period
        ? {
            cores: quota / period,
            total: stat("usage_usec"),
            user: stat("user_usec"),
            system: stat("system_usec"),
            periods: stat("nr_periods"),
            throttled: stat("nr_throttled"),
          }
        : null,
    memory: limit && current !== undefined ? { limit, used: Math.max(0, current - inactive) } : null,
    oomKills: numberAfter(files.memoryEvents, "oom_kill"),
  };
}

/** CPU time as a share of the limit. */
export function cpuOfContainer(
  before: CpuUse | null,
  after: CpuUse | null,
  seconds: number | null,
): [Metric, number | null][] {
  if (!after) return [];
  const percent = (part: "total" | "user" | "system") => {
    const spent = difference(before?.[part], after[part]);
    // A burst, and the steps of 10 ms of the uptime, lead a little above the limit.
    return spent === null || !seconds ? null : Math.min(100, (100 * spent) / (seconds * 1e6 * after.cores));
  };
  const periods = difference(before?.periods, after.periods);
  const throttled = difference(before?.throttled, after.throttled);
  return [
    ["cpu_user_percent", percent("user")],
    ["cpu_system_percent", percent("system")],
    ["cpu_busy_percent", percent("total")],
    // No period passes while nothing runs.
    ["cpu_throttled_percent", periods === null || throttled === null ? null : (100 * throttled) / (periods || 1)],
  ];
}

export function memoryOfContainer(memory: Container["memory"]): [Metric, number][] {
  if (!memory) return [];
  return [
    ["memory_used_percent", Math.min(100, (100 * memory.used) / memory.limit)],
    ["memory_available_bytes", Math.max(0, memory.limit - memory.used)],
  ];
}
