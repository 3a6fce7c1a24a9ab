import type { Benchmark } from "./benchmark.ts";
import { fusedBenchmark, handlerBenchmarks, wireBenchmarks } from "./handler.ts";
import { epsilonBenchmark, forestBenchmark, scoringBenchmarks } from "./maths.ts";
import type { Numpy } from "./numpy.ts";
import { storedBenchmark } from "./stored.ts";

/** Everything that runs in this process, in the order of the table; without numpy the comparisons with it are left out. */
export function createSuite(numpy: Numpy | undefined): Benchmark[] {
  return [
    fusedBenchmark(),
    ...handlerBenchmarks(),
    ...wireBenchmarks(),
    ...(numpy ? scoringBenchmarks(numpy) : []),
    ...(numpy?.hasForest ? [forestBenchmark(numpy)] : []),
    epsilonBenchmark(numpy),
    storedBenchmark(),
  ];
}

export { refitFigures } from "./refit.ts";
