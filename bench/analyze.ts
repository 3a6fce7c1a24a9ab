import { fork } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { start } from "../lib/cli/start.ts";
import { seededRandom } from "../lib/model/random.ts";

/** Analyses generated CSV files and prints the peak memory of that process; docs/performance.md has figures. */

const METRICS = 8;
const STEP_MS = 1_000;
const SIZES_MB = "50,200";
/** Rows made at a time. */
const BLOCK = 10_000;

/** A daily rhythm and noise; one row in ten thousand has a spike. */
async function writeFile(path: string, megabytes: number): Promise<void> {
  const random = seededRandom(1);
  const uniform = () => random() / 2 ** 32;
  const stream = createWriteStream(path);
  stream.write(`timestamp,${Array.from({ length: METRICS }, (_, j) => `metric_${j}`).join(",")}\n`);
  let written = 0;
  for (let row = 0; written < megabytes * 1e6; ) {
    let text = "";
    for (let i = 0; i < BLOCK; i++, row++) {
      const level = 50 + 20 * Math.sin((2 * Math.PI * row * STEP_MS) / 86_400_000);
      const spike = uniform() < 1e-4 ? 60 : 0;
      const values = Array.from({ length: METRICS }, () => (level + 10 * uniform() + spike).toFixed(3));
      text += `${new Date(1_767_225_600_000 + row * STEP_MS).toISOString()},${values.join(",")}\n`;
    }
    written += text.length;
    if (!stream.write(text)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "close");
}

/** Analyses the file in another process, so that the figure has the memory of the analysis alone. */
async function run(args: readonly string[]): Promise<void> {
  process.exitCode = await start(["node", "fleetwarden", "analyze", ...args]);
  process.send?.(process.resourceUsage().maxRSS / 1024);
}

async function measure(folder: string, megabytes: number, detector: string): Promise<void> {
  const path = join(folder, "made.csv");
  await writeFile(path, megabytes);
  const began = performance.now();
  const outputs = ["csv", "svg", "html"].map((extension) => join(folder, `out.${extension}`));
  const child = fork(import.meta.filename, ["--run", path, "--detector", detector, "-o", ...outputs], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [peak] = await once(child, "message");
  const seconds = (performance.now() - began) / 1000;
  const size = (await stat(path)).size / 1e6;
  console.log(`${size.toFixed(0)} MB, ${detector}: peak ${Math.round(peak)} MB, ${seconds.toFixed(0)} s`);
}

if (process.argv[2] === "--run") await run(process.argv.slice(3));
else {
  const { values } = parseArgs({
    options: {
      mb: { type: "string", default: SIZES_MB },
      detector: { type: "string", default: "bands,zscore" },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), "fleetwarden-analyze-"));
  try {
    for (const detector of values.detector.split(","))
      for (const megabytes of values.mb.split(",")) await measure(folder, Number(megabytes), detector);
  } finally {
    await rm(folder, { recursive: true });
  }
}
