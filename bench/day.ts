import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MINUTE_MS } from "../lib/time.ts";
import { START } from "./fleet.ts";
import { sizeOf } from "./folder.ts";
import { playFleet } from "./metered-fleet.ts";
import { megabytes } from "./process.ts";

/**
 * Plays a day of a made-up, calm fleet through the twin in virtual time, with its sweeps and refits and its data on
 * disk. Prints the memory and the size of the data folder at each quarter of an hour. This process makes the fleet's
 * records, too, so it takes more memory than the twin.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hosts: { type: "string", default: "200" },
      hours: { type: "string", default: "24" },
      every: { type: "string", default: "15" },
    },
  });
  const [count, minutes, every] = [Number(values.hosts), 60 * Number(values.hours), Number(values.every)];
  if (!(count > 0 && minutes > 0 && every > 0)) throw new Error("--hosts, --hours and --every take numbers above 0");
  const dataDir = mkdtempSync(join(tmpdir(), "fleetwarden-bench-"));
  try {
    console.log("minute  MB resident  MB at most  MB of objects  MB on disk  files");
    const play = { count, begin: START, end: START + minutes * MINUTE_MS, dataDir };
    const onMessage = (subject: string) => console.log(`a message: ${subject}`);
    await playFleet({ ...play, schedules: ["sweep", "refit"], onMessage }, (time) => {
      const minute = (time - START) / MINUTE_MS;
      if (minute % every === 0) console.log(lineOf(minute, dataDir));
    });
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

function lineOf(minute: number, dataDir: string): string {
  const { bytes, files } = sizeOf(dataDir);
  const columns: [string, number][] = [
    [String(minute), 6],
    [String(megabytes(process.pid, "VmRSS")), 11],
    [String(megabytes(process.pid, "VmHWM")), 10],
    [(process.memoryUsage().heapUsed / 1e6).toFixed(0), 13],
    [(bytes / 1e6).toFixed(1), 10],
    [String(files), 5],
  ];
  return columns.map(([text, width]) => text.padStart(width)).join("  ");
}

await main();
process.exit();
