import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { analyze } from "../lib/analyze/analyze-file.ts";
import { type FleetSample, fleetOf, fleetSamples, sampleColumns, sampleTable } from "../lib/demo/fleet-samples.ts";
import { METRICS } from "../lib/demo/machine.ts";
import type { Detector } from "../lib/model/detector.ts";
import { tableChunks } from "../lib/table/write.ts";
import { textTable } from "../lib/text-table.ts";
import { HOUR_MS, MINUTE_MS } from "../lib/time.ts";

/**
 * Prints which share of the rows of a calm fleet `analyze` flags. Also prints for how many files it says that a level
 * changes and stays. docs/analyze.md has the figures.
 */

const HOSTS = 3;
const SEEDS = [1, 2, 3];
const NOTICE_SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
/** The fault of the second column adds this much to one host's CPU, from the middle of the file on (per cent). */
const LASTING = 10;
/** The samples of `demo generate` begin then. */
const START = Date.UTC(2026, 10, 22, 9);
const SPANS = [
  { name: "6 h by the minute", hours: 6, interval: MINUTE_MS },
  { name: "24 h by the minute", hours: 24, interval: MINUTE_MS },
  { name: "48 h by the minute", hours: 48, interval: MINUTE_MS },
  { name: "14 days by five minutes", hours: 14 * 24, interval: 5 * MINUTE_MS },
];
const DETECTORS: readonly (Detector | "default")[] = ["default", "bands", "gaussian", "iforest", "reconstruction"];

type Span = (typeof SPANS)[number];

/** The samples of `demo generate --faults none`. The first host has `more` CPU from the middle of the file on. */
function* samplesOf({ hours, interval }: Span, seed: number, more: number): Generator<FleetSample> {
  const hosts = fleetOf(HOSTS);
  const to = START + hours * HOUR_MS;
  for (const sample of fleetSamples(hosts, { from: START, calmUntil: START, to, interval }, [], seed)) {
    const isMore = sample.host === hosts[0]?.name && sample.time >= (START + to) / 2;
    const row = sample.row.map((value, i) => (isMore && METRICS[i] === "cpu_busy_percent" ? value + more : value));
    yield { ...sample, row };
  }
}

async function writeCalm(path: string, span: Span, seed: number, more = 0): Promise<void> {
  const table = tableChunks("csv", sampleColumns(METRICS), sampleTable(samplesOf(span, seed, more)));
  await writeFile(path, await text(Readable.from(table)));
}

function analyzed(file: string, detector: Detector | "default") {
  const chosen = detector === "default" ? {} : { detector };
  return analyze({ file, table: {}, outputs: [], head: 0, onlyAnomalies: false, progress: () => {}, ...chosen });
}

async function flaggedShare(path: string, span: Span, detector: Detector | "default") {
  let [rows, anomalies] = [0, 0];
  for (const seed of SEEDS) {
    await writeCalm(path, span, seed);
    const { summary } = await analyzed(path, detector);
    rows += summary.rows;
    anomalies += summary.anomalies;
  }
  return `${((100 * anomalies) / rows).toFixed(2)} %`;
}

async function noticed(path: string, span: Span, more: number) {
  let files = 0;
  for (const seed of NOTICE_SEEDS) {
    await writeCalm(path, span, seed, more);
    if ((await analyzed(path, "default")).moved.size > 0) files++;
  }
  return `${files} of ${NOTICE_SEEDS.length}`;
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
  const notices: string[][] = [];
  for (const span of SPANS) {
    const path = join(folder, "levels.csv");
    notices.push([span.name, await noticed(path, span, 0), await noticed(path, span, LASTING)]);
  }
  console.log(`\n${textTable(["files with the notice", "calm", "with a lasting fault"], notices)}`);
} finally {
  await rm(folder, { recursive: true });
}
