import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { analyze } from "../lib/analyze/analyze-file.ts";
import { fleetOf, fleetSamples, sampleColumns, sampleTable } from "../lib/demo/fleet-samples.ts";
import { METRICS } from "../lib/demo/machine.ts";
import type { Detector } from "../lib/model/detector.ts";
import { tableChunks } from "../lib/table/write.ts";
import { textTable } from "../lib/text-table.ts";
import { HOUR_MS, MINUTE_MS } from "../lib/time.ts";

/** Tells which share of the rows of a calm fleet `analyze` flags; docs/analyze.md has the figures. */

const HOSTS = 3;
const SEEDS = [1, 2, 3];
/** The samples of `demo generate` begin then. */
const START = Date.UTC(2026, 10, 22, 9);
const SPANS = [
  { name: "6 h by the minute", hours: 6, interval: MINUTE_MS },
  { name: "24 h by the minute", hours: 24, interval: MINUTE_MS },
  { name: "48 h by the minute", hours: 48, interval: MINUTE_MS },
  { name: "14 days by five minutes", hours: 14 * 24, interval: 5 * MINUTE_MS },
];
const DETECTORS: readonly (Detector | "default")[] = ["default", "bands", "gaussian", "iforest", "reconstruction"];

async function flaggedShare(path: string, { hours, interval }: (typeof SPANS)[number], detector: Detector | "default") {
  let [rows, anomalies] = [0, 0];
  for (const seed of SEEDS) {
    const timetable = { from: START, calmUntil: START, to: START + hours * HOUR_MS, interval };
    const samples = fleetSamples(fleetOf(HOSTS), timetable, [], seed);
    await writeFile(path, await text(Readable.from(tableChunks("csv", sampleColumns(METRICS), sampleTable(samples)))));
    const chosen = detector === "default" ? {} : { detector };
    const { summary } = await analyze({
      ...{ file: path, table: {}, outputs: [], head: 0, onlyAnomalies: false, progress: () => {} },
      ...chosen,
    });
    rows += summary.rows;
    anomalies += summary.anomalies;
  }
  return `${((100 * anomalies) / rows).toFixed(2)} %`;
}

const folder = await mkdtemp(join(tmpdir(), "fleetwarden-calm-"));
try {
  const table: string[][] = [];
  for (const span of SPANS) {
    const shares: string[] = [];
    for (const detector of DETECTORS) shares.push(await flaggedShare(join(folder, "calm.csv"), span, detector));
    table.push([span.name, ...shares]);
  }
  console.log(textTable(["rows", ...DETECTORS], table));
} finally {
  await rm(folder, { recursive: true });
}
