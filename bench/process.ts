import { readFileSync } from "node:fs";

/** Linux counts CPU time in /proc/<pid>/stat in hundredths of a second (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** User and system time; the columns follow the name in parentheses (proc_pid_stat(5)). */
export function cpuSeconds(pid: number | undefined): number {
  const columns = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(columns[11]) + Number(columns[12])) / TICKS_PER_SECOND;
}

/** A field of /proc/<pid>/status in MB: VmRSS, the resident memory now, or VmHWM, its peak (proc_pid_status(5)). */
export function megabytes(pid: number | undefined, field: "VmRSS" | "VmHWM"): number {
  const [, kilobytes] =
    new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round((Number(kilobytes) * 1024) / 1e6);
}
