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
