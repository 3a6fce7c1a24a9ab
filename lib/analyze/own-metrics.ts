import { constantsOf } from "../model/constant-bands.ts";
import type { Unchanged } from "../watch/unchanged.ts";
import type { Judge } from "./fit-judge.ts";
import type { Verdict } from "./row-scorer.ts";
import type { Sample, Training } from "./training-rows.ts";

/** The metrics that a host has a value of in its training rows, by their places. */
export function ownMetrics({ moments }: Training): readonly number[] {
  return [...moments.count.keys()].filter((metric) => (moments.count[metric] ?? 0) > 0);
}

/** The training data of these metrics alone. */
export function narrowed(training: Training, own: readonly number[]): Training {
  const { metrics, moments, values, times } = training;
  const chosen = (column: Float64Array) => Float64Array.from(own, (metric) => column[metric] ?? Number.NaN);
  const { count, shift, mean, m2, min, max } = moments;
  return {
    ...training,
    metrics: own.length,
    moments: {
      ...{ count: chosen(count), shift: chosen(shift), mean: chosen(mean) },
      ...{ m2: chosen(m2), min: chosen(min), max: chosen(max) },
    },
    values: Float64Array.from({ length: times.length * own.length }, (_, i) => {
      const row = Math.floor(i / own.length);
      return values[row * metrics + (own[i % own.length] ?? 0)] ?? Number.NaN;
    }),
  };
}

/** Scores rows of all metrics with a scorer of these alone. */
export function widened(score: (sample: Sample) => Verdict, own: readonly number[]): (sample: Sample) => Verdict {
  return ({ values, ...sample }) => {
    const verdict = score({ ...sample, values: Float64Array.from(own, (metric) => values[metric] ?? Number.NaN) });
    const reasons = verdict.reasons.map((reason) => ({ ...reason, metric: own[reason.metric] ?? 0 }));
    return { ...verdict, reasons };
  };
}

/** The metrics with one value in all rows that a host's detector was fitted to. */
export function unchangedMetrics(judge: Judge, { moments }: Training, names: readonly string[]): readonly Unchanged[] {
  const { count, min, max } = moments;
  const limits = limitsOf(judge);
  return names.flatMap((metric, j) => {
    const value = min[j] ?? Number.NaN;
    return (count[j] ?? 0) > 0 && value === max[j] ? [{ metric, value, ...limits(j, value) }] : [];
  });
}

/** The values beyond which such a metric alone is strange; none if a change of it means nothing to the detector. */
function limitsOf({ model, threshold }: Judge): (metric: number, value: number) => Pick<Unchanged, "above" | "below"> {
  if (model.detector === "bands") {
    const limits = new Map(constantsOf(model).map(({ metric, above, below }) => [metric, { above, below }]));
    return (metric) => limits.get(metric) ?? {};
  }
  if (model.detector !== "zscore" && model.detector !== "gaussian") return () => ({});
  // The Gaussian's score is half the sum of squares.
  const deviations = model.detector === "zscore" ? threshold : Math.sqrt(2 * threshold);
  return (metric, value) => {
    const reach = deviations * (model.sd[metric] ?? Number.NaN);
    return { above: value + reach, below: value - reach };
  };
}
