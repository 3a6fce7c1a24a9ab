import type { Benchmark } from "./benchmark.ts";
import { epsilonBenchmark, forestBenchmark, scoringBenchmarks } from "./maths.ts";
import type { Numpy } from "./numpy.ts";
import { storedBenchmark } from "./stored.ts";
import { wireBenchmarks } from "./wire.ts";

/** Everything that runs in this process, in the order of the table; without numpy the comparisons with it are left out. */
export function createSuite(numpy: Numpy | undefined): Benchmark[] {
  return [
    ...wireBenchmarks(),
    ...(numpy ? scoringBenchmarks(numpy) : []),
    ...(numpy?.forest ? [forestBenchmark(numpy)] : []),
    epsilonBenchmark(numpy),
    storedBenchmark(),
  ];
}

export { costLines, measureCost } from "./cost.ts";
export { refitOfDay, refitOfMonth } from "./refit.ts";
