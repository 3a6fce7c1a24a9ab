import type { Benchmark } from "./benchmark.ts";
import { fusedBenchmark, handlerBenchmarks, wireBenchmarks } from "./handler.ts";
import { epsilonBenchmark, scoringBenchmarks } from "./maths.ts";
import type { Numpy } from "./numpy.ts";
import { storedBenchmark } from "./stored.ts";

/** Everything that runs in this process, in the order of the table; without numpy the comparisons with it are left out. */
export function createSuite(numpy: Numpy | undefined): Benchmark[] {
  return [
    fusedBenchmark(),
    ...handlerBenchmarks(),
    ...wireBenchmarks(),
    ...(numpy ? scoringBenchmarks(numpy) : []),
    epsilonBenchmark(numpy),
    storedBenchmark(),
  ];
}

export { refitFigures } from "./refit.ts";
