import { newBandsMemory } from "../lib/model/band-memory.ts";
import { scoreBands } from "../lib/model/band-reading.ts";
import { scanEpsilon, selectEpsilon } from "../lib/model/best-epsilon.ts";
import { fitBands } from "../lib/model/fit-bands.ts";
import { type Covariance, diagonalGaussian, type Gaussian, scoreOf, whitenedGaussian } from "../lib/model/gaussian.ts";
import type { Benchmark } from "./benchmark.ts";
import { FEATURES, SCHEMA } from "./fleet.ts";
import { here, ratioOf } from "./measure.ts";
import { FOREST_ROWS, type Numpy } from "./numpy.ts";
import { normal, uniform } from "./random.ts";

/** The length of the longest series of the Server Machine Dataset. */
const SAMPLES = 28_479;
const ROUNDS = 40;
const SCAN_ROUNDS = 5;

/** Scoring a whole series, against numpy on one thread. */
export function scoringBenchmarks(numpy: Numpy): Benchmark[] {
  const rows = Float64Array.from({ length: SAMPLES * FEATURES }, normal(1));
  const run = (covariance: Covariance) => () => {
    const ours = here(() => scoreAll(modelOf(covariance), rows));
    return ratioOf(ours, numpy.side(covariance), ROUNDS);
  };
  const size = `${SAMPLES} × ${FEATURES}`;
  return [
    {
      id: "M1",
      what: `diagonal scores, ${size}`,
      against: "numpy einsum",
      target: { atMost: 1.6 },
      required: false,
      run: run("diagonal"),
    },
    {
      id: "M2",
      what: `full scores, ${size}`,
      against: "numpy gemm",
      target: { atMost: 3.5 },
      required: false,
      run: run("full"),
    },
  ];
}

function modelOf(covariance: Covariance): Gaussian {
  const [gauss, random] = [normal(2), uniform(2)];
  const mean = Float64Array.from({ length: FEATURES }, gauss);
  const sd = Float64Array.from({ length: FEATURES }, () => 0.5 + 1.5 * random());
  if (covariance === "diagonal") return diagonalGaussian(mean, sd);
  return whitenedGaussian(
    mean,
    sd,
    Float64Array.from({ length: (FEATURES * (FEATURES + 1)) / 2 }, () => 0.1 + random()),
  );
}

const scores = new Float64Array(SAMPLES);

function scoreAll(model: Gaussian, rows: Float64Array): void {
  for (let i = 0; i < SAMPLES; i++) scores[i] = scoreOf(model, rows, i * FEATURES);
}

const FOREST_ROUNDS = 5;

/** The default detector on a whole series, against the isolation forest, which is a common choice. */
export function forestBenchmark(numpy: Numpy): Benchmark {
  const values = Float64Array.from({ length: FOREST_ROWS * FEATURES }, normal(4));
  const times = Float64Array.from({ length: FOREST_ROWS }, (_, i) => i * 60_000);
  const model = fitBands({ metrics: FEATURES, values, times }, SCHEMA.names, "UTC");
  const bands = here(() => scoreBands(model, newBandsMemory(model), { values, times }));
  return {
    id: "S1",
    what: `isolation forest of 100 trees, ${FOREST_ROWS} × ${FEATURES}, scikit-learn`,
    against: "our calendar bands",
    target: { atLeast: 10 },
    required: false,
    run: () => ratioOf(numpy.side("forest"), bands, FOREST_ROUNDS),
  };
}

/** Scores with labels to choose a threshold from. */
const LABELLED = 100_000;
const ANOMALOUS = 0.05;

/** Choosing epsilon: every threshold there is, against the scan of a thousand. */
export function epsilonBenchmark(numpy: Numpy | undefined): Benchmark {
  const [gauss, random] = [normal(3), uniform(3)];
  const labels = Array.from({ length: LABELLED }, () => random() < ANOMALOUS);
  const labelled = Float64Array.from(labels, (anomalous) => 19 + 4 * gauss() + (anomalous ? 10 : 0));
  const densities = labelled.map((score) => -score);
  const scan = numpy?.side("scan") ?? here(() => scanEpsilon(densities, labels));
  const exact = here(() => selectEpsilon(labelled, labels));
  return {
    id: "E1",
    what: `scan of 1,000 thresholds over 100,000 scores, ${numpy ? "numpy" : "ours (numpy not found)"}`,
    against: "our exact choice",
    target: { atLeast: 40 },
    required: numpy !== undefined,
    run: () => ratioOf(scan, exact, SCAN_ROUNDS),
  };
}
