import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Benchmark } from "./benchmark.ts";
import { bundleFile, startBenchmarks } from "./bundle.ts";
import type { Ratio } from "./measure.ts";
import { startNumpy } from "./numpy.ts";
import type { suite as Suite } from "./suite.ts";

/** Prints the cost of a sample and all ratios, or only one of these; docs/performance.md explains each line. */
async function main(only: string | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "fleetwarden-bench-"));
  const numpy = await startNumpy(join(import.meta.dirname, "peer.py"));
  if (!numpy) console.log("no python3 with numpy found: M1 and M2 are left out, E1 is against our own scan");
  try {
    // Measured as it is deployed, bundled: tsx makes every function a little slower.
    const source = await bundleFile("bench/suite.ts", folder);
    const { suite }: { suite: typeof Suite } = await import(pathToFileURL(source).href);
    const isAll = only === undefined;
    if (isAll || only === "cost") {
      const cost = await suite.measureCost(numpy);
      const refit = await suite.refitOfMonth();
      for (const figure of [...suite.costLines(cost, refit.seconds), refit.line]) console.log(figure);
    }
    if (isAll) console.log((await suite.refitOfDay()).line);
    if (only === "cost") return;
    console.log(line("", "what", "against", "ratio", "quartiles", "target"));
    const all = () => suite.createSuite(numpy);
    for (const benchmark of only === "senders" ? suite.senderBenchmarks() : all()) await report(benchmark);
    if (isAll) for (const benchmark of await startBenchmarks(folder)) await report(benchmark);
  } finally {
    numpy?.stop();
    await rm(folder, { recursive: true });
  }
}

async function report(benchmark: Benchmark): Promise<void> {
  const { id, what, against, target, required } = benchmark;
  const ratio = await benchmark.run();
  const met = "atMost" in target ? ratio.median <= target.atMost : ratio.median >= target.atLeast;
  if (!met && required) process.exitCode = 1;
  const wanted = "atMost" in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
  const verdict = met ? "ok" : required ? "MISS" : "miss (not required)";
  console.log(line(id, what, against, shown(ratio.median), spread(ratio), wanted, verdict));
}

function spread({ quartiles }: Ratio): string {
  return quartiles ? quartiles.map(shown).join("–") : "";
}

function shown(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : 0);
}

const WIDTHS = [4, 71, 34, 7, 12, 7, 0];

function line(...cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0)).join(" ");
}

await main(process.argv[2]);
