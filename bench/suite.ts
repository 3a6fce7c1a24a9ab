import type { Benchmark } from "./benchmark.ts";
import { costLines, measureCost } from "./cost.ts";
import { epsilonBenchmark, forestBenchmark, scoringBenchmarks } from "./maths.ts";
import type { Numpy } from "./numpy.ts";
import { refitOfDay, refitOfMonth } from "./refit.ts";
import { senderBenchmarks } from "./senders.ts";
import { storedBenchmark } from "./stored.ts";
import { wireBenchmarks } from "./wire.ts";

/** All benchmarks of this process, in the order of the table. Without numpy it omits the comparisons with numpy. */
function createSuite(numpy: Numpy | undefined): Benchmark[] {
  return [
    ...wireBenchmarks(),
    ...(numpy ? scoringBenchmarks(numpy) : []),
    ...(numpy?.forest ? [forestBenchmark(numpy)] : []),
    epsilonBenchmark(numpy),
    storedBenchmark(),
    ...senderBenchmarks(),
  ];
}

/** The bundle that main.ts loads. */
export const suite = { costLines, createSuite, measureCost, refitOfDay, refitOfMonth, senderBenchmarks };
