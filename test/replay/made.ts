import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readRecording } from "../../lib/replay/read-recording.ts";
import type { HostRecording } from "../../lib/replay/recording.ts";
import { withFolder } from "../local/support.ts";
import { seededRandom } from "../simulation/random.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** A Monday, noon. */
export const NOON = Date.UTC(2026, 8, 7, 12);

/** A CSV of hosts with two calm metrics, a row a minute unless told; `cpuOf` may raise the CPU of a host in a row. */
export function csvOf(
  hosts: readonly string[],
  rows: number,
  cpuOf: (host: string, row: number) => number,
  intervalMs = MINUTE,
) {
  const random = seededRandom(1);
  const noise = () => random() + random() + random() - 1.5;
  const lines = ["time,host,group,cpu,memory"];
  for (let row = 0; row < rows; row++) {
    const time = new Date(NOON + row * intervalMs).toISOString();
    for (const host of hosts) {
      const cpu = 20 + 4 * noise() + cpuOf(host, row);
      lines.push(`${time},${host},web,${cpu.toFixed(3)},${(50 + 3 * noise()).toFixed(3)}`);
    }
  }
  return lines.join("\n");
}

/** The recording in files of these contents; more than one lie in a folder. */
export function recorded(files: Readonly<Record<string, string>>): Promise<readonly HostRecording[]> {
  return withFolder(async (folder) => {
    const names = Object.keys(files);
    for (const name of names) await writeFile(join(folder, name), files[name] ?? "");
    return readRecording(names.length === 1 ? join(folder, names[0] ?? "") : folder, { intervalMs: MINUTE });
  });
}
